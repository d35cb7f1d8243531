using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Benchmarks;

/// <summary>PostgreSQL's own load generator: how fast statements are without a service.</summary>
internal static partial class Pgbench
{
    /// <summary>Runs a script, with prepared statements; its transactions a second, from the first one on.</summary>
    /// <param name="connectionString">Server, database and role.</param>
    /// <param name="script">What each transaction does.</param>
    /// <param name="clients">How many connections run it.</param>
    /// <param name="arguments">How long, and the variables that the script is given.</param>
    public static async Task<double> RunAsync(string connectionString, string script, int clients, params string[] arguments)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script.ReplaceLineEndings("\n"));
            var start = new ProcessStartInfo(
                Directory.GetFiles("/usr/lib/postgresql", "pgbench", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last(),
                [
                    "-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", .. arguments, "-f", file,
                    "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, server.Database!,
                ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["PGPASSWORD"] = server.Password },
            };
            using var pgbench = Process.Start(start)!;
            var errors = pgbench.StandardError.ReadToEndAsync();
            var output = await pgbench.StandardOutput.ReadToEndAsync();
            await pgbench.WaitForExitAsync();
            return pgbench.ExitCode == 0 && Tps().Match(output) is { Success: true } tps
                ? double.Parse(tps.Groups["tps"].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench: {output}{await errors}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("tps = (?<tps>[0-9.]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tps();
}
