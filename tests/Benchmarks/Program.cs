using Platform.Benchmarks.Admissions;
using Platform.Benchmarks.Grpc;
using Platform.Benchmarks.Holds;
using Platform.Benchmarks.Messaging;
using Platform.Benchmarks.Placement;

var verb = args.FirstOrDefault();
switch (verb)
{
    case "grpc":
        await GrpcBenchmark.RunAsync();
        return 0;
    case "outbox":
        await OutboxBenchmark.RunAsync();
        return 0;
    case "places":
        await PlacesBenchmark.RunAsync();
        return 0;
    case "holds":
        await HoldsBenchmark.RunAsync();
        return 0;
    case "admissions":
        await AdmissionBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("Say which benchmark to run: grpc, outbox, places, holds, admissions");
        return 1;
}
