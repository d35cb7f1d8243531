// The interop server with grpc-js. Prints its port, and ends when its standard input does.
import grpc from '@grpc/grpc-js';
import { compressed, echoInitial, echoTrailing, payload, testing } from './common.js';

const failure = (code, details) => ({ code, details });

/** Sends the metadata back that the client asked to have echoed; the trailers are returned. */
function echo(call) {
  const headers = new grpc.Metadata();
  for (const value of call.metadata.get(echoInitial)) {
    headers.add(echoInitial, value);
  }
  call.sendMetadata(headers);
  const trailers = new grpc.Metadata();
  for (const value of call.metadata.get(echoTrailing)) {
    trailers.add(echoTrailing, value);
  }
  return trailers;
}

/** What is wrong with how a request was compressed, or null. */
function badCompression(request) {
  const arrived = compressed.take() > 0;
  const expected = request.expect_compressed;
  return expected && expected.value !== arrived
    ? failure(grpc.status.INVALID_ARGUMENT, `the request was ${arrived ? '' : 'not '}compressed`)
    : null;
}

const askedFailure = request => request.response_status?.code
  ? failure(request.response_status.code, request.response_status.message)
  : null;

async function writeAll(call, request) {
  for (const { size, interval_us } of request.response_parameters) {
    await new Promise(resolve => setTimeout(resolve, interval_us / 1000));
    call.write({ payload: payload(size) });
  }
}

const server = new grpc.Server();
server.addService(testing.TestService.service, {
  EmptyCall: (call, callback) => callback(null, {}),

  UnaryCall: (call, callback) => {
    const error = badCompression(call.request) ?? askedFailure(call.request);
    const trailers = echo(call);
    callback(error, error ? null : { payload: payload(call.request.response_size) }, trailers);
  },

  StreamingOutputCall: async call => {
    const trailers = echo(call);
    await writeAll(call, call.request);
    call.end(trailers);
  },

  StreamingInputCall: (call, callback) => {
    let size = 0;
    let error = null;
    call.on('data', request => {
      error ??= badCompression(request);
      size += request.payload.body.length;
    });
    call.on('end', () => callback(error, error ? null : { aggregated_payload_size: size }));
  },

  FullDuplexCall: call => {
    const trailers = echo(call);
    let answered = Promise.resolve();
    call.on('data', request => {
      answered = answered.then(async () => {
        await writeAll(call, request);
        const error = askedFailure(request);
        if (error) {
          call.emit('error', error);
        }
      });
    });
    call.on('end', () => answered.then(() => call.end(trailers)));
  },
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();
