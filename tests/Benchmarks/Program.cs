using Platform.Benchmarks.Grpc;
using Platform.Benchmarks.Messaging;

var verb = args.FirstOrDefault();
switch (verb)
{
    case "grpc":
        await GrpcBenchmark.RunAsync();
        return 0;
    case "outbox":
        await OutboxBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("Say which benchmark to run: grpc, outbox");
        return 1;
}
