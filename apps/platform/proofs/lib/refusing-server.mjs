/** A gRPC server that refuses every batch unread. Reports its address to its parent; ends with it. */
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';

const asIs = (bytes) => bytes;
const path = '/sortition.events.v1.EventsService/PublishEvents';
const method = { path, requestStream: false, responseStream: false };
const codec = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs };

const server = new Server();
server.addService(
  { PublishEvents: { ...method, ...codec } },
  {
    PublishEvents: (_call, callback) =>
      callback({ code: status.RESOURCE_EXHAUSTED, details: 'refused', metadata: new Metadata() }),
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send(`127.0.0.1:${port}`);
});
process.once('disconnect', () => process.exit(0));
