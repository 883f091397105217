// `widget.js` and the files that it loads when they are wanted: `npm run build`.
import { build } from 'vite';

const root = import.meta.dirname;
for (const mode of ['production', 'ticket', 'files', 'ended']) await build({ root, mode });
