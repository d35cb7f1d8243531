using Microsoft.EntityFrameworkCore.Design;
using Platform.Shared.Persistence;

namespace Platform.Billing;

/// <summary>The store as <c>dotnet ef</c> makes it to write migrations.</summary>
internal sealed class BillingDesignTimeFactory : IDesignTimeDbContextFactory<BillingDbContext>
{
    /// <inheritdoc/>
    public BillingDbContext CreateDbContext(string[] args) => new(DesignTimeStore.Options<BillingDbContext>());
}
