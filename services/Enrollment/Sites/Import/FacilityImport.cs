using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Sites.Import;

/// <summary>
/// Takes a facility file in: receives it into a temporary file, reads and checks it row by row while progress is reported, and
/// then brings it in in one transaction. A repeat of the request, whether the first try was answered or broke off, is
/// therefore safe: it finds everything done, and gets the first report, or nothing done.
/// </summary>
internal sealed class FacilityImport(Operations<EnrollmentDbContext> operations, SiteImport import)
{
    private const int MostChunkBytes = 64 * 1024;
    private const long MostFileBytes = 256L << 20;
    private const int RowsBetweenProgress = 1000;

    /// <summary>More than ten times as many as there are such facilities in the United States.</summary>
    private const int MostRows = 200_000;

    /// <summary>Runs the import of one call.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<V1.ImportSitesRequest> requests, IServerStreamWriter<V1.ImportSitesResponse> responses,
        ServerCallContext context)
    {
        context.GetCaller().RequireNetwork();
        var header = await HeaderAsync(requests, context.CancellationToken);
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        var hash = await ReceiveAsync(requests, file, context.CancellationToken);
        file.Position = 0;
        var rows = await CheckAsync(header.Format, file, responses, context.CancellationToken);
        var report = header.ValidateOnly
            ? await operations.ReadAsync(context, op => RunAsync(op, rows, header))
            : await operations.CommandAsync(context, header.RequestId, Identity(header, hash), op => RunAsync(op, rows, header));
        await responses.WriteAsync(report, context.CancellationToken);
    }

    private async Task<V1.ImportSitesResponse> RunAsync(
        Operation<EnrollmentDbContext> op, IReadOnlyList<CheckedRow> rows, V1.ImportSitesHeader header)
    {
        if (!header.ValidateOnly)
        {
            // Imports into one network take turns, so that two of the same file do not add everything twice.
            await op.Db.EnterNetworkAsync(op.CancellationToken);
            await op.Db.LockedAsync<Network>(op.Db.NetworkId, op.CancellationToken);
            op.Audit("site.import", "network", op.Db.NetworkId);
        }

        return new V1.ImportSitesResponse
        {
            Report = await import.RunAsync(
                op.Db, rows, header.DefaultLicensedCapacity, header.ValidateOnly, op.CancellationToken),
        };
    }

    private static async Task<V1.ImportSitesHeader> HeaderAsync(
        IAsyncStreamReader<V1.ImportSitesRequest> requests, CancellationToken cancellationToken)
    {
        var header = await requests.MoveNext(cancellationToken) ? requests.Current.Header : null;
        if (header is null)
        {
            throw DomainError.Invalid("header", "must be the first message").ToException();
        }

        var validation = new Validation();
        validation.Id(header.RequestId, "header.request_id");
        validation.Choice(header.Format, "header.format");
        validation.Number(header.DefaultLicensedCapacity, "header.default_licensed_capacity", 0, CareProgram.MostPlaces);
        validation.ThrowIfInvalid();
        return header;
    }

    /// <summary>Writes the chunks to <paramref name="file"/>; the hash of all bytes stands for the file in the request log.</summary>
    private static async Task<byte[]> ReceiveAsync(
        IAsyncStreamReader<V1.ImportSitesRequest> requests, Stream file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await requests.MoveNext(cancellationToken))
        {
            if (requests.Current.PartCase != V1.ImportSitesRequest.PartOneofCase.Chunk)
            {
                throw DomainError.Invalid("chunk", "is expected in every message after the header").ToException();
            }

            var chunk = requests.Current.Chunk.Memory;
            if (chunk.Length > MostChunkBytes)
            {
                throw DomainError.Invalid("chunk", $"must have at most {MostChunkBytes} bytes").ToException();
            }

            if (file.Position + chunk.Length > MostFileBytes)
            {
                throw DomainError.Invalid("chunk", $"makes the file longer than {MostFileBytes} bytes").ToException();
            }

            hash.AppendData(chunk.Span);
            await file.WriteAsync(chunk, cancellationToken);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<IReadOnlyList<CheckedRow>> CheckAsync(
        V1.FacilityFileFormat format, Stream file, IServerStreamWriter<V1.ImportSitesResponse> responses,
        CancellationToken cancellationToken)
    {
        var rows = new List<CheckedRow>();
        var parser = new FacilityParser();
        var facilities = format == V1.FacilityFileFormat.Csv ? FacilityCsv.Read(file) : FacilityJson.Read(file);
        foreach (var raw in facilities)
        {
            if (rows.Count == MostRows)
            {
                throw DomainError.Invalid("chunk", $"has more than {MostRows} rows").ToException();
            }

            var (facility, reasons) = parser.Parse(raw);
            rows.Add(new CheckedRow(raw.Row, FacilityParser.NameOf(raw), facility, reasons));
            if (rows.Count % RowsBetweenProgress == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await responses.WriteAsync(
                    new V1.ImportSitesResponse { Progress = new V1.ImportProgress { RowsRead = rows.Count } }, cancellationToken);
            }
        }

        return rows;
    }

    /// <summary>A message that stands for the whole request: the header and the hash of the file.</summary>
    private static V1.ImportSitesRequest Identity(V1.ImportSitesHeader header, byte[] hash) =>
        new() { Chunk = ByteString.CopyFrom([.. header.ToByteArray(), .. hash]) };
}
