using Microsoft.Data.Sqlite;

namespace Platform.Enrollment.Upgrade;

/// <summary>An embedded file as the first version made it: its schema is in <c>first-version.sql</c>.</summary>
internal static class FirstFile
{
    /// <summary>The stamp of the schema, which the file carries.</summary>
    public const int Schema = 508477841;

    public static async Task<IReadOnlyList<FirstVersion>> CreateAsync(string file, int networks)
    {
        await using var connection = await OpenAsync(file);
        using var resource = typeof(FirstFile).Assembly.GetManifestResourceStream("first-version.sql")!;
        using var reader = new StreamReader(resource);
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = WAL; {await reader.ReadToEndAsync()}";
        await command.ExecuteNonQueryAsync();
        var written = new List<FirstVersion>();
        for (var i = 0; i < networks; i++)
        {
            var rows = new FirstVersion(connection.CreateCommand);
            await rows.WriteAsync();
            written.Add(rows);
        }

        return written;
    }

    public static async Task<long> PersonsAsync(string file)
    {
        await using var connection = await OpenAsync(file);
        await using var command = new SqliteCommand("SELECT count(*) FROM person", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
