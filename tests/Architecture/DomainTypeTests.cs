using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Platform.Architecture;

/// <summary>
/// Domain types are plain C#: no store, transport, host or clock in them. A type of a service is a domain type unless it
/// is an edge: what derives from infrastructure (a DbContext, a table mapping, a gRPC endpoint, an event handler, a
/// background service), or what its name says connects the two, see <see cref="EdgeNames"/>.
/// </summary>
public sealed class DomainTypeTests
{
    private static readonly string[] Services = ["Enrollment", "Scheduling", "Attendance", "Billing"];

    /// <summary>How the names of a service's edge types end.</summary>
    private static readonly string[] EdgeNames =
        ["Program", "Service", "Endpoint", "Messages", "Table", "Tables", "DesignTimeFactory", "Handler", "Client", "Cache", "Store", "Worker", "Sweeper"];

    private static readonly string[] Infrastructure =
    [
        "Microsoft.AspNetCore", "Microsoft.Data.Sqlite", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions", "Npgsql",
        "Grpc", "Google.Protobuf", "MassTransit", "StackExchange.Redis", "OpenTelemetry", "System.Data", "System.Net.Http",
        "Platform.Shared.Hosting", "Platform.Shared.Persistence", "Platform.Shared.Messaging", "Platform.Shared.Requests",
        "Platform.Shared.Security",
    ];

    // What marks a row as a tenant's or counts its changes, a caller's rights and the root of events are plain C# themselves.
    private static readonly string[] Plain =
    [
        "Platform.Shared.Persistence.ITenantOwned", "Platform.Shared.Persistence.IVersioned",
        "Platform.Shared.Messaging.IDomainEvent", "Platform.Shared.Security.Caller", "Platform.Shared.Security.CallerRole",
    ];

    private static readonly string[] Clocks =
        ["DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow", "TimeProvider.get_System"];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Domain_types_of_a_service_refer_to_no_infrastructure_and_no_clock(string service) =>
        Violations(Assembly.Load($"Platform.{service}").GetTypes()).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_has_domain_types(string service) =>
        DomainTypes(Assembly.Load($"Platform.{service}").GetTypes()).Count().ShouldBeGreaterThan(5);

    [Fact]
    public void A_domain_type_that_crosses_the_line_is_reported_for_each_way_it_does() =>
        Violations(typeof(Fixtures.Admission).Assembly.GetTypes().Where(type => type.Namespace == typeof(Fixtures.Admission).Namespace))
            .ShouldBe(
            [
                "Admission refers to DateTimeOffset.get_UtcNow",
                "Offer refers to Microsoft.Extensions.Logging.ILogger",
                "WaitlistOrder refers to Microsoft.AspNetCore.Http.HttpContext",
            ],
            ignoreOrder: true);

    [Fact]
    public void A_store_is_used_in_its_own_service_alone() =>
        ForeignStores(
            Services.Append("Gateway").Append("Local").SelectMany(name => Assembly.Load($"Platform.{name}").GetTypes()),
            home: type => type.Assembly).ShouldBeEmpty();

    [Fact]
    public void A_store_that_is_used_elsewhere_is_reported() =>
        ForeignStores(
            [typeof(Fixtures.Here.OwnReport), typeof(Fixtures.Here.ForeignReport), typeof(Fixtures.Here.HereDbContext)],
            home: type => type.Namespace!).ShouldBe(["ForeignReport uses ThereDbContext"]);

    public static TheoryData<string> ServiceNames => new(Services);

    private static IEnumerable<string> Violations(IEnumerable<Type> types) =>
        from type in DomainTypes(types)
        from reference in TypeReferences.Of(type)
        let crossed = Crossed(reference)
        where crossed is not null
        select $"{type.Name} refers to {crossed}";

    private static IEnumerable<Type> DomainTypes(IEnumerable<Type> types) =>
        types.Where(type =>
            !type.IsNested
            && !type.Name.StartsWith('<')
            && !(type.Namespace ?? "").EndsWith(".Migrations", StringComparison.Ordinal)
            && !EdgeNames.Any(name => type.Name.Split('`')[0].EndsWith(name, StringComparison.Ordinal))
            && !Ancestors(type).Any(IsInfrastructure));

    private static IEnumerable<Type> Ancestors(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
            yield return parent;
        foreach (var implemented in type.GetInterfaces())
            yield return implemented;
    }

    private static string? Crossed(MemberInfo reference) => reference switch
    {
        Type type => IsInfrastructure(type) ? type.FullName : null,
        _ when Clocks.Contains($"{reference.DeclaringType?.Name}.{reference.Name}", StringComparer.Ordinal) =>
            $"{reference.DeclaringType!.Name}.{reference.Name}",
        _ => null,
    };

    private static bool IsInfrastructure(Type type)
    {
        var name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? "";
        // The messages of the protocol are what an endpoint speaks; inside, the words are our own types.
        return (type.Namespace ?? "").EndsWith(".V1", StringComparison.Ordinal)
            || !Plain.Contains(name, StringComparer.Ordinal)
            && Infrastructure.Any(space => name.StartsWith(space + ".", StringComparison.Ordinal));
    }

    private static IEnumerable<string> ForeignStores(IEnumerable<Type> types, Func<Type, object> home) =>
        from type in types
        where !type.IsNested
        from reference in TypeReferences.Of(type).OfType<Type>()
        where Ancestors(reference).Contains(typeof(DbContext))
        where reference.Assembly.GetName().Name!.StartsWith("Platform.", StringComparison.Ordinal)
        where reference.Namespace != "Platform.Shared.Persistence" && !home(reference).Equals(home(type))
        select $"{type.Name} uses {reference.Name}";
}
