using System.Globalization;
using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Local.Identity;

namespace Platform.Local.Calling;

/// <summary><c>watch [REGION_ID]</c>: prints the live board of places of the running platform, and every change, until it is stopped.</summary>
internal static class WatchCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length > 1)
        {
            return Usage.Print();
        }

        using var platform = await RunningPlatform.FindAsync();
        if (platform is null)
        {
            await Console.Error.WriteLineAsync("The platform does not run here. Start it with: dotnet run --project deploy/Local");
            return 1;
        }

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stopping.Cancel();
        };
        try
        {
            var request = new WatchCapacityRequest { RegionId = arguments is [var region] ? region : string.Empty };
            using var call = new CapacityService.CapacityServiceClient(platform.Invoker)
                .WatchCapacity(request, platform.As(DevelopmentIdentity.Operator), cancellationToken: stopping.Token);
            while (await call.ResponseStream.MoveNext(stopping.Token))
            {
                Print(call.ResponseStream.Current);
            }

            return 0;
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            await Console.Error.WriteLineAsync($"{e.StatusCode}: {e.Status.Detail}");
            return 1;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            return 0;
        }
    }

    private static void Print(WatchCapacityResponse response)
    {
        switch (response.UpdateCase)
        {
            case WatchCapacityResponse.UpdateOneofCase.Snapshot:
                foreach (var places in response.Snapshot.Places)
                {
                    Console.WriteLine($"          {Text(places)}");
                }

                if (response.Snapshot.Complete)
                {
                    Console.WriteLine("          That is all there is now. What changes is told from here on; Ctrl+C ends it.");
                }

                break;
            case WatchCapacityResponse.UpdateOneofCase.Changes:
                foreach (var places in response.Changes.Places)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss}  {Text(places)}"));
                }

                break;
            default:
                // A heartbeat says that nothing changed.
                break;
        }
    }

    private static string Text(ProgramPlaces places) => places.Gone
        ? $"{places.SiteName}, {places.ProgramName}: gone"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{places.Open,4} open of {places.Licensed,4} ({places.Occupied} taken, {places.Held} held)  {places.SiteName}, {places.ProgramName}");
}
