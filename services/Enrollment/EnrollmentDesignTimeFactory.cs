using Microsoft.EntityFrameworkCore.Design;
using Platform.Shared.Persistence;

namespace Platform.Enrollment;

/// <summary>Makes the store for <c>dotnet ef</c>.</summary>
internal sealed class EnrollmentDesignTimeFactory : IDesignTimeDbContextFactory<EnrollmentDbContext>
{
    /// <inheritdoc/>
    public EnrollmentDbContext CreateDbContext(string[] args) => new(DesignTimeStore.Options<EnrollmentDbContext>());
}
