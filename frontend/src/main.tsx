import '@fontsource-variable/inter';
import './i18n';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router-dom';
import { App } from './App';
import { makeQueryClient } from './api/queryClient';
import { applyLanguage } from './i18n/languages';
import { routes } from './routes/routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// `public/early.js` loads the page anew where this never comes.
root.dataset.started = 'true';

// The page's code is fetched meanwhile.
const router = createBrowserRouter(routes);
void applyLanguage().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App queryClient={makeQueryClient()} router={router} />
    </StrictMode>,
  ),
);
