using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Platform.Shared.Auditing;

namespace Platform.Shared.Persistence;

/// <summary>
/// The SQL that puts every table of a model under row-level security and grants it to the application role. It says the same
/// however often it runs. The tenant is read in a sub-select, which PostgreSQL evaluates once for a statement and not for each
/// row; after a commit the setting is an empty string, which does not cast to a UUID.
/// </summary>
internal static class RowSecurity
{
    private const string Tenant = "network_id = (select nullif(current_setting('app.network', true), '')::uuid)";
    private const string Worker = "(select current_setting('app.worker', true)) = 'on'";

    /// <exception cref="InvalidOperationException">A table has no network, and so no policy that could hold for it.</exception>
    public static IEnumerable<string> Statements(DbContext db, string applicationRole)
    {
        var names = db.GetService<ISqlGenerationHelper>();
        var role = names.DelimitIdentifier(applicationRole);
        yield return $"GRANT USAGE ON SCHEMA public TO {role}";
        yield return $"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}";
        yield return $"GRANT SELECT ON {names.DelimitIdentifier(StoreOptions.MigrationsHistory)} TO {role}";
        foreach (var entity in db.Model.GetEntityTypes().Where(IsTable))
        {
            yield return ForTable(entity, names.DelimitIdentifier(entity.GetTableName()!), role);
        }
    }

    /// <summary>An owned type that is kept in its owner's table, or in JSON there, is under the owner's policy.</summary>
    private static bool IsTable(IEntityType entity) =>
        entity.GetTableName() is { } table
        && !entity.IsMappedToJson()
        && entity.FindOwnership()?.PrincipalEntityType.GetTableName() != table;

    /// <summary>All in one command, and so in one transaction: at no moment is the table without its policy.</summary>
    private static string ForTable(IEntityType entity, string table, string role)
    {
        if (!typeof(ITenantOwned).IsAssignableFrom(entity.ClrType))
        {
            throw new InvalidOperationException($"The table of {entity.ClrType.Name} is not {nameof(ITenantOwned)}: whose rows are they?");
        }

        var rule = typeof(IServedByWorkers).IsAssignableFrom(entity.ClrType) ? $"{Tenant} OR {Worker}" : Tenant;
        var found = typeof(IFoundByWorkers).IsAssignableFrom(entity.ClrType)
            ? $"CREATE POLICY worker ON {table} FOR SELECT USING ({Worker});"
            : string.Empty;
        var rights = entity.ClrType == typeof(AuditEntry) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
        return $"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            DROP POLICY IF EXISTS tenant ON {table};
            CREATE POLICY tenant ON {table} USING ({rule}) WITH CHECK ({rule});
            DROP POLICY IF EXISTS worker ON {table};
            {found}
            REVOKE ALL ON {table} FROM PUBLIC, {role};
            GRANT {rights} ON {table} TO {role};
            """;
    }
}
