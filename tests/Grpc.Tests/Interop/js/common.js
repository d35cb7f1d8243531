// What client.js and server.js share: the interop service's definition, payloads, and a count of compressed messages.
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const here = path.dirname(fileURLToPath(import.meta.url));

const definition = loader.loadSync('grpc/testing/test.proto', {
  includeDirs: [path.join(here, '../../protos')],
  keepCase: true,
  defaults: true,
  enums: String,
});

/** The services of package grpc.testing. */
export const testing = grpc.loadPackageDefinition(definition).grpc.testing;

/** The metadata that the interop server echoes, leading and trailing. */
export const echoInitial = 'x-grpc-test-echo-initial';
export const echoTrailing = 'x-grpc-test-echo-trailing-bin';

export const payload = size => ({ type: 'COMPRESSABLE', body: Buffer.alloc(size) });

/**
 * Messages that arrived compressed. grpc-js tells nobody whether a message was, but it makes one decompressor for each.
 * take() gives the number since the last time.
 */
export const compressed = (() => {
  let count = 0;
  for (const name of ['createGunzip', 'createInflate', 'gunzip', 'inflate']) {
    const original = zlib[name];
    Object.defineProperty(zlib, name, {
      value(...args) {
        count++;
        return original(...args);
      },
    });
  }
  return {
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
  };
})();
