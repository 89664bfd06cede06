import { useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import './style.css';

export default {
  ...DefaultTheme,
  setup() {
    // The landing page has no main landmark of its own.
    const mark = () => document.querySelector('.VPHome')?.setAttribute('role', 'main');
    const route = useRoute();
    onMounted(mark);
    watch(
      () => route.path,
      () => nextTick(mark),
    );
  },
};
