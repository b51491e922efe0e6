// Starts the console in its page.

import { createRoot } from 'react-dom/client';
import { giveNonceToStyles, styleNonce } from './base/style-nonce.ts';
import { Console } from './frame/console.tsx';
import './style.css';

giveNonceToStyles();
const root = document.getElementById('root');
if (root) createRoot(root).render(<Console nonce={styleNonce} />);
