// What the side of each page lists.
import { readdirSync } from 'node:fs';

/** Order of the tutorials: the app first, as in the README. */
const TUTORIALS = ['route-in-an-app', 'put-up-the-gateway', 'gate-a-benchmark-in-ci'];

export function sidebarOf(pages, api) {
  const list = (folder) =>
    pages
      .filter(({ page }) => page.startsWith(`${folder}/`) && !page.endsWith('index.md'))
      .map(({ page, title }) => ({
        text: title.replace(': measurements', ''),
        link: linkOf(page),
      }));
  const main = [
    {
      text: 'Tutorials',
      items: list('tutorials').sort((a, b) => rankOf(a.link) - rankOf(b.link)),
    },
    {
      text: 'Before you decide',
      items: [
        { text: 'When not to route', link: '/when-not-to-route' },
        { text: 'How it compares', link: '/how-it-compares' },
      ],
    },
    { text: 'Guides', items: [{ text: 'Overview', link: '/guides/' }, ...list('guides')] },
    {
      text: 'Measurements',
      items: [{ text: 'Overview', link: '/measurements/' }, ...list('measurements')],
    },
    { text: 'Packages', items: list('packages') },
    { text: 'Examples', items: list('examples') },
    { text: 'API reference', link: '/api/' },
    { text: 'Changelog', link: '/changelog' },
  ];
  return { '/api/': [{ text: 'API reference', items: modulesOf(api) }], '/': main };
}

function modulesOf(api) {
  return readdirSync(api, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
    .map((name) => name.replace(/\.md$/, ''))
    .map((name) => ({ text: name, link: `/api/${name}` }));
}

function rankOf(link) {
  return TUTORIALS.findIndex((name) => link.endsWith(name));
}

function linkOf(page) {
  return `/${page.replace(/\.md$/, '')}`;
}
