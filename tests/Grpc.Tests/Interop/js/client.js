// The interop cases (grpc/grpc, doc/interop-test-descriptions.md) with grpc-js as the client.
// usage: node client.js <port> <case>. Exits 0 when the case holds, 1 with what was wrong otherwise.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { compressed, echoInitial, echoTrailing, payload, testing } from './common.js';

const [port, name] = process.argv.slice(2);
const address = `127.0.0.1:${port}`;
const credentials = grpc.credentials.createInsecure();
const client = new testing.TestService(address, credentials);

// WriteFlags.NoCompress, which grpc-js does not export; its streams take flags where others take an encoding.
const noCompress = 2;

const soon = () => Date.now() + 20_000;

/** One unary or client streaming call: its response or error, its headers, and its status with the trailers. */
function call(method, request, metadata = new grpc.Metadata(), options = {}, from = client) {
  return new Promise(resolve => {
    const result = {};
    const done = () => 'status' in result && 'answered' in result && resolve(result);
    const callback = (error, response) => {
      Object.assign(result, { answered: true, error, response });
      done();
    };
    options = { deadline: soon(), ...options };
    const running = request === undefined
      ? from[method](metadata, options, callback)
      : from[method](request, metadata, options, callback);
    running.on('metadata', headers => { result.headers = headers; });
    running.on('status', status => {
      result.status = status;
      done();
    });
    result.running = running;
  });
}

async function succeed(...args) {
  const result = await call(...args);
  assert.equal(result.error, null, `failed: ${result.error?.message}`);
  return result;
}

/** The sizes of the responses that a stream gave, and its status with the trailers. */
function collect(stream) {
  return new Promise(resolve => {
    const result = { sizes: [], responses: [] };
    stream.on('metadata', headers => { result.headers = headers; });
    stream.on('data', response => {
      result.sizes.push(response.payload.body.length);
      result.responses.push(response);
    });
    stream.on('error', () => {}); // the status says it
    stream.on('status', status => resolve({ ...result, status }));
  });
}

const next = (stream, event) => new Promise((resolve, reject) => {
  stream.once(event, resolve);
  stream.once('error', reject);
});

const asking = (...sizes) => ({ response_parameters: sizes.map(size => ({ size })) });

const echoMetadata = () => {
  const metadata = new grpc.Metadata();
  metadata.set(echoInitial, 'test_initial_metadata_value');
  metadata.set(echoTrailing, Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
};

const assertEchoed = ({ headers, status }) => {
  assert.deepEqual(headers.get(echoInitial), ['test_initial_metadata_value']);
  assert.deepEqual(status.metadata.get(echoTrailing), [Buffer.from([0xab, 0xab, 0xab])]);
};

const cases = {
  async empty_unary() {
    const { response } = await succeed('EmptyCall', {});
    assert.deepEqual(response, {});
  },

  async large_unary() {
    const { response } = await succeed('UnaryCall', { response_size: 314159, payload: payload(271828) });
    assert.equal(response.payload.body.length, 314159);
  },

  async client_streaming() {
    const running = new Promise((resolve, reject) => {
      const stream = client.StreamingInputCall({ deadline: soon() }, (error, response) => error ? reject(error) : resolve(response));
      for (const size of [27182, 8, 1828, 45904]) {
        stream.write({ payload: payload(size) });
      }
      stream.end();
    });
    assert.equal((await running).aggregated_payload_size, 74922);
  },

  async server_streaming() {
    const { sizes, status } = await collect(client.StreamingOutputCall(asking(31415, 9, 2653, 58979), { deadline: soon() }));
    assert.equal(status.code, grpc.status.OK);
    assert.deepEqual(sizes, [31415, 9, 2653, 58979]);
  },

  async ping_pong() {
    const stream = client.FullDuplexCall({ deadline: soon() });
    const finished = collect(stream);
    for (const [request, response] of [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]) {
      stream.write({ ...asking(response), payload: payload(request) });
      assert.equal((await next(stream, 'data')).payload.body.length, response);
    }
    stream.end();
    const { sizes, status } = await finished;
    assert.equal(status.code, grpc.status.OK);
    assert.equal(sizes.length, 4);
  },

  async empty_stream() {
    const stream = client.FullDuplexCall({ deadline: soon() });
    stream.end();
    const { sizes, status } = await collect(stream);
    assert.equal(status.code, grpc.status.OK);
    assert.deepEqual(sizes, []);
  },

  async cancel_after_begin() {
    const error = await new Promise(resolve => {
      const stream = client.StreamingInputCall({ deadline: soon() }, resolve);
      stream.cancel();
    });
    assert.equal(error?.code, grpc.status.CANCELLED);
  },

  async cancel_after_first_response() {
    const stream = client.FullDuplexCall({ deadline: soon() });
    const finished = collect(stream);
    stream.write({ ...asking(31415), payload: payload(27182) });
    assert.equal((await next(stream, 'data')).payload.body.length, 31415);
    stream.cancel();
    const { status } = await finished;
    assert.equal(status.code, grpc.status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const stream = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const finished = collect(stream);
    stream.write({ payload: payload(27182) });
    const { status } = await finished;
    assert.equal(status.code, grpc.status.DEADLINE_EXCEEDED);
  },

  async custom_metadata() {
    assertEchoed(await succeed('UnaryCall', { response_size: 314159, payload: payload(271828) }, echoMetadata()));

    const stream = client.FullDuplexCall(echoMetadata(), { deadline: soon() });
    const finished = collect(stream);
    stream.write({ ...asking(314159), payload: payload(271828) });
    stream.end();
    assertEchoed(await finished);
  },

  async status_code_and_message() {
    const response_status = { code: 2, message: 'test status message' };
    const { error } = await call('UnaryCall', { response_status });
    assert.equal(error?.code, 2);
    assert.equal(error.details, response_status.message);

    const stream = client.FullDuplexCall({ deadline: soon() });
    const finished = collect(stream);
    stream.write({ response_status });
    stream.end();
    const { status } = await finished;
    assert.equal(status.code, 2);
    assert.equal(status.details, response_status.message);
  },

  async special_status_message() {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const { error } = await call('UnaryCall', { response_status: { code: 2, message } });
    assert.equal(error?.code, 2);
    assert.equal(error.details, message);
  },

  async unimplemented_method() {
    const { error } = await call('UnimplementedCall', {});
    assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    const other = new testing.UnimplementedService(address, credentials);
    const { error } = await call('UnimplementedCall', {}, undefined, {}, other);
    assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  },

  async client_compressed_unary() {
    const request = { response_size: 314159, payload: payload(271828) };

    // The server must notice that a request which says it is compressed is not.
    const probe = await call('UnaryCall', { ...request, expect_compressed: { value: true } });
    assert.equal(probe.error?.code, grpc.status.INVALID_ARGUMENT);

    // grpc-js compresses by channel, not by call.
    const zipping = new testing.TestService(address, credentials, { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });
    for (const [from, value] of [[zipping, true], [client, false]]) {
      const { response } = await succeed('UnaryCall', { ...request, expect_compressed: { value } }, undefined, {}, from);
      assert.equal(response.payload.body.length, 314159);
    }
  },

  async server_compressed_unary() {
    for (const value of [true, false]) {
      compressed.take();
      const { response } = await succeed('UnaryCall', { response_size: 314159, payload: payload(271828), response_compressed: { value } });
      assert.equal(response.payload.body.length, 314159);
      assert.equal(compressed.take(), value ? 1 : 0, 'compressed responses');
    }
  },

  async client_compressed_streaming() {
    const probe = await new Promise(resolve => {
      const stream = client.StreamingInputCall({ deadline: soon() }, resolve);
      stream.on('error', () => {});
      stream.end({ expect_compressed: { value: true }, payload: payload(27182) });
    });
    assert.equal(probe?.code, grpc.status.INVALID_ARGUMENT);

    const zipping = new testing.TestService(address, credentials, { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });
    const response = await new Promise((resolve, reject) => {
      const stream = zipping.StreamingInputCall({ deadline: soon() }, (error, value) => error ? reject(error) : resolve(value));
      stream.write({ expect_compressed: { value: true }, payload: payload(27182) });
      stream.write({ expect_compressed: { value: false }, payload: payload(45904) }, noCompress);
      stream.end();
    });
    assert.equal(response.aggregated_payload_size, 73086);
  },

  async server_compressed_streaming() {
    compressed.take();
    const request = { response_parameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }] };
    const { sizes, status } = await collect(client.StreamingOutputCall(request, { deadline: soon() }));
    assert.equal(status.code, grpc.status.OK, status.details);
    assert.deepEqual(sizes, [31415, 92653]);
    assert.equal(compressed.take(), 1, 'compressed responses');
  },
};

try {
  assert.ok(cases[name], `no case named ${name}`);
  await cases[name]();
  process.exit(0);
} catch (error) {
  console.error(`${name}: ${error.message}`);
  process.exit(1);
}
