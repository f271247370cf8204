// tus-node-server with its file store, as its README starts it: node tus.mjs PORT FOLDER

import http from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port, directory] = process.argv.slice(2);
const server = new Server({ path: '/files', datastore: new FileStore({ directory }) });
http.createServer(server.handle.bind(server)).listen(Number(port), '127.0.0.1');
