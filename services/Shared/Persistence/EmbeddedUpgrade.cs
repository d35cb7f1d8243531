using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Platform.Shared.Hosting;

namespace Platform.Shared.Persistence;

/// <summary>
/// Copies the rows of an embedded file into an empty one of another schema, table by table and column by column. A schema to which
/// tables and columns were only added takes all of them, and nothing else is copied: what the new one lacks would be lost.
/// </summary>
internal static class EmbeddedUpgrade
{
    /// <summary>Copies, in one transaction.</summary>
    /// <param name="db">The empty file, opened, with all tables of its model.</param>
    /// <param name="file">Path of the file with the rows; nobody else may be writing to it.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>False when the new schema lacks a table or a column that the file has.</returns>
    /// <exception cref="StartRefusedException">Another process has the file open.</exception>
    public static async Task<bool> CopyAsync(ServiceDbContext db, string file, CancellationToken cancellationToken)
    {
        await ExecuteAsync(db, "PRAGMA foreign_keys = OFF", cancellationToken);
        await ExecuteAsync(db, "ATTACH DATABASE @file AS old", cancellationToken, ("@file", file));
        var tables = await TablesAsync(db, "old", cancellationToken);
        var known = await TablesAsync(db, "main", cancellationToken);
        if (tables.Any(table => !known.TryGetValue(table.Key, out var columns) || !table.Value.All(columns.Contains)))
        {
            return false;
        }

        try
        {
            // Takes the write-ahead log into the file, which cannot be done while somebody else has it open.
            await ExecuteAsync(db, "PRAGMA old.journal_mode = DELETE", cancellationToken);
        }
        catch (SqliteException)
        {
            throw new StartRefusedException($"The file {file} is of an earlier version and is in use. Stop the process that has it open.");
        }

        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            foreach (var (table, columns) in tables)
            {
                var added = db.Model.GetEntityTypes().Where(entity => entity.GetTableName() == table)
                    .SelectMany(entity => entity.GetProperties())
                    .Where(property => !columns.Contains(property.GetColumnName()) && !property.IsColumnNullable() && !HasDefault(property))
                    .DistinctBy(property => property.GetColumnName())
                    .ToList();
                var into = columns.Concat(added.Select(property => property.GetColumnName())).Select(Quoted);
                var from = columns.Select(Quoted).Concat(added.Select(Empty));
                await ExecuteAsync(
                    db,
                    $"INSERT INTO main.{Quoted(table)} ({string.Join(", ", into)}) SELECT {string.Join(", ", from)} FROM old.{Quoted(table)}",
                    cancellationToken);
            }

            // Numbers that were given out are not given out again, also when their rows are gone.
            await ExecuteAsync(db, "DELETE FROM main.sqlite_sequence", cancellationToken);
            await ExecuteAsync(db, "INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM old.sqlite_sequence", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await ExecuteAsync(db, "DETACH DATABASE old", cancellationToken);
        return true;
    }

    private static bool HasDefault(IProperty property) =>
        property.GetDefaultValueSql() is not null || property.TryGetDefaultValue(out _);

    /// <summary>What a column says of a row that is older than it: what a migration on PostgreSQL gives it.</summary>
    private static string Empty(IProperty property) => property switch
    {
        { IsPrimitiveCollection: true } => "'[]'",
        _ when property.GetColumnType() == "TEXT" => "''",
        _ => "0",
    };

    private static async Task<Dictionary<string, HashSet<string>>> TablesAsync(
        ServiceDbContext db, string schema, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        await using var command = (SqliteCommand)db.Database.GetDbConnection().CreateCommand();
        command.CommandText =
            $"""
             SELECT t.name, c.name FROM {schema}.sqlite_master AS t, pragma_table_info(t.name, '{schema}') AS c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, c.cid
             """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var table = reader.GetString(0);
            if (!tables.TryGetValue(table, out var columns))
            {
                tables[table] = columns = new HashSet<string>(StringComparer.Ordinal);
            }

            columns.Add(reader.GetString(1));
        }

        return tables;
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task ExecuteAsync(
        ServiceDbContext db, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = (SqliteCommand)db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
