using System.Reflection;
using Platform.Shared.Messaging;

namespace Platform.Architecture;

/// <summary>
/// Events carry ids, codes, dates and minutes. What identifies or describes a person stays with the service that owns it.
/// </summary>
public sealed class EventTests
{
    private static readonly string[] Personal =
    [
        "FirstName", "LastName", "GivenName", "FamilyName", "FullName", "PersonName", "ClientName", "PatientName", "BirthDate", "DateOfBirth",
        "Address", "Street", "Phone", "Email", "Ssn", "MemberId", "MemberNumber", "SubscriberId", "Diagnosis", "Diagnoses", "Gender", "Sex", "Race", "Note", "Text",
    ];

    [Fact]
    public void No_event_carries_what_identifies_or_describes_a_person() =>
        PersonalData(typeof(Contracts.Events.Enrollment.EpisodeAdmitted).Assembly.GetTypes().Where(IsEvent)).ShouldBeEmpty();

    [Fact]
    public void Personal_data_is_reported_however_deep_it_lies() =>
        PersonalData([typeof(Fixtures.PersonMoved)]).ShouldBe(
            ["PersonMoved carries HomeAddress", "PersonMoved carries Contact.LastName", "PersonMoved carries Contact.DiagnosisCodes"]);

    [Fact]
    public void Every_event_has_a_name_of_its_own()
    {
        var names = typeof(Contracts.Events.Enrollment.EpisodeAdmitted).Assembly.GetTypes().Where(IsEvent)
            .Select(type => type.GetCustomAttribute<EventNameAttribute>()?.Name ?? $"{type.Name} has none")
            .ToList();

        names.ShouldAllBe(name => name.Contains('.'));
        names.ShouldBeUnique();
    }

    private static bool IsEvent(Type type) => type.IsClass && typeof(IDomainEvent).IsAssignableFrom(type);

    private static IEnumerable<string> PersonalData(IEnumerable<Type> events) =>
        from type in events
        from path in Paths(type, "")
        where Personal.Any(word => path.Split('.')[^1].Contains(word, StringComparison.OrdinalIgnoreCase))
        select $"{type.Name} carries {path}";

    private static IEnumerable<string> Paths(Type type, string prefix) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        from path in Inner(property.PropertyType) is { } inner
            ? Paths(inner, $"{prefix}{property.Name}.")
            : [prefix + property.Name]
        select path;

    // A record of ours, alone or in a list; everything else is a plain value.
    private static Type? Inner(Type type)
    {
        var element = type.IsGenericType ? type.GetGenericArguments()[0] : type;
        return element.IsClass && element.Namespace?.StartsWith("Platform.", StringComparison.Ordinal) == true ? element : null;
    }
}
