using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Shared.Hosting;

/// <summary>Real or embedded, by connection string alone.</summary>
public static class Connections
{
    /// <summary>
    /// The connection string of a part that this process uses; null when it is absent and the part runs embedded. In Production
    /// an absent one is refused at start unless <see cref="PlatformOptions.Embedded"/> says that it is meant.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="name">Name under <c>ConnectionStrings:</c>, such as <c>Postgres</c>.</param>
    public static string? ConnectionOrEmbedded(this WebApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton(new UsedConnection(name));
        var value = builder.Configuration.GetConnectionString(name);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}

/// <summary>A connection string that this process uses.</summary>
internal sealed record UsedConnection(string Name);

/// <summary>Another service that this process calls.</summary>
internal sealed record UsedService(string Name)
{
    /// <summary>The setting that says where it is, such as <c>Services:Enrollment</c>.</summary>
    public string Setting => $"Services:{char.ToUpperInvariant(Name[0])}{Name[1..]}";
}
