using Google.Protobuf;
using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Local.Identity;

namespace Platform.Local.Calling;

/// <summary><c>import FILE</c>: sends a facility file to the running platform and prints progress and the report.</summary>
internal static class ImportCommand
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>What a locator file does not say: how large a program is. Enough to try things with.</summary>
    private const int PlacesWhenUnknown = 20;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var path])
        {
            return Usage.Print();
        }

        if (!File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"There is no file {path}.");
            return 2;
        }

        using var platform = await RunningPlatform.FindAsync();
        if (platform is null)
        {
            await Console.Error.WriteLineAsync("The platform does not run here. Start it with: dotnet run --project deploy/Local");
            return 1;
        }

        try
        {
            var headers = platform.As(DevelopmentIdentity.Operator);
            await using var file = File.OpenRead(path);
            var format = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
                ? FacilityFileFormat.LocatorJson
                : FacilityFileFormat.Csv;
            Print(await SendAsync(new SiteService.SiteServiceClient(platform.Invoker), headers, file, format, Console.Error));
            return 0;
        }
        catch (RpcException e)
        {
            await Console.Error.WriteLineAsync($"{e.StatusCode}: {e.Status.Detail}");
            return 1;
        }
    }

    /// <summary>Sends a file and returns the report.</summary>
    /// <exception cref="RpcException">The import was refused.</exception>
    public static async Task<ImportReport> SendAsync(
        SiteService.SiteServiceClient sites, Metadata headers, Stream file, FacilityFileFormat format, TextWriter progress)
    {
        using var call = sites.ImportSites(headers);
        var report = new ImportReport();
        var reading = ReadAsync();
        await call.RequestStream.WriteAsync(new ImportSitesRequest
        {
            Header = new ImportSitesHeader
            {
                RequestId = Guid.CreateVersion7().ToString(),
                Format = format,
                DefaultLicensedCapacity = PlacesWhenUnknown,
            },
        });
        var buffer = new byte[ChunkSize];
        int read;
        while ((read = await file.ReadAsync(buffer)) > 0)
        {
            await call.RequestStream.WriteAsync(new ImportSitesRequest { Chunk = ByteString.CopyFrom(buffer, 0, read) });
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        return report;

        async Task ReadAsync()
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                if (call.ResponseStream.Current.Report is { } final)
                {
                    report = final;
                }
                else
                {
                    await progress.WriteLineAsync($"  {call.ResponseStream.Current.Progress.RowsRead} rows read");
                }
            }
        }
    }

    private static void Print(ImportReport report)
    {
        Console.WriteLine(
            $"{report.Rows} rows: {report.Added} new, {report.Changed} changed, {report.Unchanged} the same, {report.Skipped} skipped; "
            + $"{report.RunningIop} run an IOP, {report.ProgramsAdded} programs and {report.RegionsAdded} regions opened.");
        foreach (var row in report.Details.Where(d => d.Outcome != ImportOutcome.Added))
        {
            Console.WriteLine($"  row {row.Row} {row.Name}: {row.Outcome.ToString().ToLowerInvariant()}: {string.Join("; ", row.Reasons)}");
        }
    }
}
