using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Hosting;

namespace Platform.Shared.Persistence;

/// <summary>
/// Makes the embedded file from the model; makes it again with its rows when an earlier schema made it, and keeps that one beside
/// it; or refuses one whose rows the model cannot take. The stamp of the schema is kept in the file's <c>user_version</c>.
/// </summary>
internal static class EmbeddedFile
{
    /// <param name="file">Its path.</param>
    /// <param name="upgradeRows">Brings rows of an earlier version up to this one.</param>
    /// <param name="cancellationToken">Leaves everything as it is.</param>
    /// <exception cref="StartRefusedException">The file was made by another schema. It is left as it is.</exception>
    public static async Task OpenAsync<TDb>(
        string file, Func<IDbContextFactory<TDb>, CancellationToken, Task> upgradeRows, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (!File.Exists(file))
        {
            await MakeAsync<TDb>(
                file,
                async draft =>
                {
                    await StampAsync<TDb>(draft, cancellationToken);
                    File.Move(draft, file, overwrite: false);
                },
                cancellationToken);
        }

        if (await IsOtherAsync<TDb>(file, cancellationToken) is not null)
        {
            // Two processes that start at once take turns: the second one finds it done.
            await using var turn = await TurnAsync($"{file}.turn", cancellationToken);
            if (await IsOtherAsync<TDb>(file, cancellationToken) is { } found)
            {
                await UpgradeAsync(file, found, upgradeRows, cancellationToken);
            }
        }
    }

    private static Task UpgradeAsync<TDb>(
        string file, int found, Func<IDbContextFactory<TDb>, CancellationToken, Task> upgradeRows, CancellationToken cancellationToken)
        where TDb : ServiceDbContext => MakeAsync<TDb>(
        file,
        async draft =>
        {
            await using (var db = new Contexts<TDb>(draft).CreateDbContext())
            {
                await db.Database.OpenConnectionAsync(cancellationToken);
                if (found == 0 || !await EmbeddedUpgrade.CopyAsync(db, file, cancellationToken))
                {
                    throw new StartRefusedException(
                        $"The file {file} was made by another version of this service (schema {found:x8}, this is {Stamp(db):x8}). "
                        + "Move it away to begin with an empty one, or start the version that made it. It was not changed.");
                }
            }

            await upgradeRows(new Contexts<TDb>(draft), cancellationToken);
            await StampAsync<TDb>(draft, cancellationToken);
            File.Replace(draft, file, $"{file}.{found:x8}");
        },
        cancellationToken);

    /// <summary>Made beside its place and moved there whole, so that a process that dies meanwhile leaves no half-made file.</summary>
    private static async Task MakeAsync<TDb>(string file, Func<string, Task> fill, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        var draft = $"{file}.{Guid.NewGuid():n}.new";
        try
        {
            await using (var db = new Contexts<TDb>(draft).CreateDbContext())
            {
                await db.Database.EnsureCreatedAsync(cancellationToken);
            }

            await fill(draft);
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

    private static async Task<FileStream> TurnAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }

    /// <summary>The stamp of the file; null when it is that of the model.</summary>
    private static async Task<int?> IsOtherAsync<TDb>(string file, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        await using var db = new Contexts<TDb>(file).CreateDbContext();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var found = Convert.ToInt32(await ScalarAsync(db, "PRAGMA user_version", cancellationToken), CultureInfo.InvariantCulture);
        return found == Stamp(db) ? null : found;
    }

    /// <summary>Says of which schema it is, and leaves no log beside it that would have to be moved with it.</summary>
    private static async Task StampAsync<TDb>(string draft, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        await using var db = new Contexts<TDb>(draft).CreateDbContext();
        await db.Database.OpenConnectionAsync(cancellationToken);
        await ScalarAsync(db, $"PRAGMA user_version = {Stamp(db)}", cancellationToken);
        await ScalarAsync(db, "PRAGMA journal_mode = DELETE", cancellationToken);
    }

    private static int Stamp(ServiceDbContext db) => BinaryPrimitives.ReadInt32BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(db.Database.GenerateCreateScript()))) & int.MaxValue;

    private static async Task<object?> ScalarAsync(ServiceDbContext db, string sql, CancellationToken cancellationToken)
    {
        await using var command = (SqliteCommand)db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private sealed class Contexts<TDb>(string file) : IDbContextFactory<TDb>
        where TDb : ServiceDbContext
    {
        public TDb CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<TDb>();
            StoreOptions.UseSqlite(options, StoreOptions.SqliteConnectionString(file, pooling: false));
            return (TDb)Activator.CreateInstance(typeof(TDb), options.Options)!;
        }
    }
}
