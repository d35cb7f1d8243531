using Microsoft.EntityFrameworkCore;

namespace Platform.Shared.Persistence;

/// <summary>The store as <c>dotnet ef</c> needs it to write migrations; it never connects.</summary>
public static class DesignTimeStore
{
    /// <summary>Options for a service's <c>IDesignTimeDbContextFactory</c>.</summary>
    public static DbContextOptions<TDb> Options<TDb>()
        where TDb : ServiceDbContext =>
        new DbContextOptionsBuilder<TDb>()
            .UseNpgsql(npgsql => npgsql.MigrationsHistoryTable(StoreOptions.MigrationsHistory))
            .Options;
}
