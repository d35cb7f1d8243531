using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Hosting;

namespace Platform.Shared.Persistence;

/// <summary>
/// Makes the embedded file from the model, or refuses one that another schema made. The stamp of the schema is kept in the file's
/// <c>user_version</c>.
/// </summary>
internal static class EmbeddedFile
{
    /// <exception cref="StartRefusedException">The file was made by another schema. It is left as it is.</exception>
    public static async Task OpenAsync<TDb>(string file, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (!File.Exists(file))
        {
            await CreateAsync<TDb>(file, cancellationToken);
        }

        await using var db = Context<TDb>(file);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var expected = Stamp(db);
        var found = Convert.ToInt32(await ScalarAsync(db, "PRAGMA user_version", cancellationToken), CultureInfo.InvariantCulture);
        if (found != expected)
        {
            throw new StartRefusedException(
                $"The file {file} was made by another version of this service (schema {found:x8}, this is {expected:x8}). "
                + "Move it away to begin with an empty one, or start the version that made it. It was not changed.");
        }
    }

    /// <summary>Made beside its place and moved there whole, so that a process that dies meanwhile leaves no half-made file.</summary>
    private static async Task CreateAsync<TDb>(string file, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        var draft = $"{file}.{Guid.NewGuid():n}.new";
        try
        {
            await using (var db = Context<TDb>(draft))
            {
                await db.Database.EnsureCreatedAsync(cancellationToken);
                await db.Database.OpenConnectionAsync(cancellationToken);
                await ScalarAsync(db, $"PRAGMA user_version = {Stamp(db)}", cancellationToken);
            }

            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process made it first; whether it fits is checked next.
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static TDb Context<TDb>(string file)
        where TDb : ServiceDbContext
    {
        var options = new DbContextOptionsBuilder<TDb>();
        StoreOptions.UseSqlite(options, StoreOptions.SqliteConnectionString(file, pooling: false));
        return (TDb)Activator.CreateInstance(typeof(TDb), options.Options)!;
    }

    private static int Stamp(ServiceDbContext db) => BinaryPrimitives.ReadInt32BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(db.Database.GenerateCreateScript()))) & int.MaxValue;

    private static async Task<object?> ScalarAsync(ServiceDbContext db, string sql, CancellationToken cancellationToken)
    {
        await using var command = (SqliteCommand)db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
