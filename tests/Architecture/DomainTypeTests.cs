using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Platform.Architecture;

/// <summary>
/// Domain types are plain C#: no store, transport, host or clock in them. A service's domain types are what its tables keep,
/// its records and structs, and every type of the service that one of these refers to. The others (endpoints, handlers,
/// workers, and what they share) may use both sides, but no type of a service reads a clock that a test cannot set.
/// </summary>
public sealed class DomainTypeTests
{
    private static readonly string[] Services = ["Enrollment", "Scheduling", "Attendance", "Billing"];

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
        "Platform.Shared.Persistence.ITenantOwned", "Platform.Shared.Persistence.IServedByWorkers",
        "Platform.Shared.Persistence.IFoundByWorkers", "Platform.Shared.Persistence.IVersioned",
        "Platform.Shared.Messaging.IDomainEvent", "Platform.Shared.Security.Caller", "Platform.Shared.Security.CallerRole",
    ];

    private static readonly string[] Clocks =
        ["DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow"];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Domain_types_of_a_service_refer_to_no_infrastructure(string service) =>
        Crossings(TypesOf(service)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_has_domain_types(string service) =>
        DomainTypes(TypesOf(service)).Count.ShouldBeGreaterThan(5);

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Time_comes_from_a_provider(string service) =>
        ClockReadings(TypesOf(service)).ShouldBeEmpty();

    [Fact]
    public void A_domain_type_that_crosses_the_line_is_reported_for_each_way_it_does() =>
        Crossings(Fixture).ShouldBe(
            [
                "Admission refers to Microsoft.Extensions.Logging.ILogger",
                "WaitlistOrder refers to Microsoft.AspNetCore.Http.HttpContext",
                "Offer refers to Grpc.Core.StatusCode",
            ],
            ignoreOrder: true);

    [Fact]
    public void A_clock_that_cannot_be_set_is_reported_in_any_type() =>
        ClockReadings(Fixture).ShouldBe(["AdmissionEndpoint reads DateTimeOffset.get_UtcNow"]);

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

    private static IReadOnlyList<Type> Fixture =>
        [.. typeof(Fixtures.Admission).Assembly.GetTypes().Where(type => type.Namespace == typeof(Fixtures.Admission).Namespace)];

    private static Type[] TypesOf(string service) => Assembly.Load($"Platform.{service}").GetTypes();

    private static IEnumerable<string> Crossings(IReadOnlyCollection<Type> types) =>
        from type in DomainTypes(types)
        from reference in TypeReferences.Of(type).OfType<Type>()
        where IsInfrastructure(reference)
        select $"{type.Name} refers to {reference.FullName}";

    private static IEnumerable<string> ClockReadings(IEnumerable<Type> types) =>
        from type in types
        where !type.IsNested
        from called in TypeReferences.Of(type).OfType<MethodBase>()
        let clock = $"{called.DeclaringType!.Name}.{called.Name}"
        where Clocks.Contains(clock, StringComparer.Ordinal)
        select $"{type.Name} reads {clock}";

    private static HashSet<Type> DomainTypes(IReadOnlyCollection<Type> types)
    {
        var kept = types.SelectMany(Mapped).ToHashSet();
        var domain = new HashSet<Type>();
        var next = new Queue<Type>(types.Where(type => !type.IsNested && (kept.Contains(type) || IsValue(type))));
        while (next.TryDequeue(out var type))
        {
            if (!domain.Add(type))
                continue;
            foreach (var reference in TypeReferences.Of(type).OfType<Type>().Select(Outermost).Where(types.Contains))
                next.Enqueue(reference);
        }
        return domain;
    }

    // The rows that a table mapping of the service maps.
    private static IEnumerable<Type> Mapped(Type type) =>
        type.GetInterfaces()
            .Where(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(IEntityTypeConfiguration<>))
            .Select(implemented => implemented.GetGenericArguments()[0]);

    // A record is known by the method that "with" calls.
    private static bool IsValue(Type type) =>
        type.GetMethod("<Clone>$") is not null || (type.IsValueType && !type.IsEnum && !type.Name.StartsWith('<'));

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static IEnumerable<Type> Ancestors(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
            yield return parent;
        foreach (var implemented in type.GetInterfaces())
            yield return implemented;
    }

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
