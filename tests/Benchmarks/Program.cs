using Platform.Benchmarks.Grpc;

var verb = args.FirstOrDefault();
switch (verb)
{
    case "grpc":
        await GrpcBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("Say which benchmark to run: grpc");
        return 1;
}
