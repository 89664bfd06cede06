import { defineConfig, type UserConfig } from 'vite';
import { siteConfig } from './src/site/site-config.js';

const config: UserConfig = defineConfig(siteConfig({ output: 'output' }));
export default config;
