import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    // What every page needs changes seldom: browsers keep it while our own chunks change.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](?:react|react-dom|scheduler|@tanstack)[\\/]/u }],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7311', '/log': 'http://127.0.0.1:7311' } },
});
