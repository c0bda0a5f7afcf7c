import '@fontsource-variable/inter';
import './i18n';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router-dom';
import { App } from './App';
import { makeQueryClient } from './api/queryClient';
import { routes } from './routes/routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// `public/early.js` loads the page anew where this never comes.
root.dataset.started = 'true';

createRoot(root).render(
  <StrictMode>
    <App queryClient={makeQueryClient()} router={createBrowserRouter(routes)} />
  </StrictMode>,
);
