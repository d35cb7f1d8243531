using Platform.Shared.Persistence;

namespace Platform.Enrollment.Consents;

/// <summary>How a consent names a recipient (42 CFR 2.31(a)(4)). Numbered as in the API.</summary>
internal enum RecipientKind
{
    /// <summary>A person, by name.</summary>
    Person = 1,

    /// <summary>An organization, by name.</summary>
    Entity = 2,

    /// <summary>A class of persons or organizations.</summary>
    Class = 3,

    /// <summary>An intermediary (42 CFR 2.11), which passes records on to its participants.</summary>
    Intermediary = 4,
}

/// <summary>What a recipient is to the patient. Numbered as in the API.</summary>
internal enum RecipientClass
{
    /// <summary>Treating providers, payers and people helping to operate the program, each for its own purpose (2.31(a)(4)(i)).</summary>
    AllTpo = 1,

    /// <summary>Treats the patient.</summary>
    TreatingProvider = 2,

    /// <summary>A health plan or third-party payer.</summary>
    Payer = 3,

    /// <summary>Helps to operate the program.</summary>
    Operations = 4,
}

/// <summary>A recipient that a consent names.</summary>
internal sealed class ConsentRecipient : ITenantOwned
{
    public Guid ConsentId { get; init; }

    /// <summary>From 1, in the order of the consent.</summary>
    public int Number { get; init; }

    public Guid NetworkId { get; init; }

    public RecipientKind Kind { get; init; }

    /// <summary>The name, or the class in the patient's words.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The class; null when it is known by its name only.</summary>
    public RecipientClass? Class { get; init; }

    /// <summary>The id by which the platform knows it, such as a payer's; null when by its name only.</summary>
    public Guid? PartyId { get; init; }

    /// <summary>Of an intermediary: its participants, by name; empty when they are a class.</summary>
    public string[] Participants { get; init; } = [];

    /// <summary>Whether it stands for whoever is to receive something.</summary>
    /// <param name="to">The one who is to receive it.</param>
    /// <param name="purpose">What for.</param>
    public bool Admits(DisclosureRecipient to, Purpose purpose)
    {
        if (Kind == RecipientKind.Intermediary)
        {
            return PartyNames.Same(Name, to.Through)
                ? Participants.Any(participant => PartyNames.Same(participant, to.Name)) || (Class is not null && Class == to.Class)
                : to.Through.Length == 0 && Is(to);
        }

        return to.Through.Length == 0 && (Kind == RecipientKind.Class ? IsOf(to.Class, purpose) : Is(to));
    }

    private bool Is(DisclosureRecipient to) =>
        PartyId is { } known && to.PartyId is { } given ? known == given : PartyNames.Same(Name, to.Name);

    private bool IsOf(RecipientClass? given, Purpose purpose) =>
        given is not null && (Class == RecipientClass.AllTpo ? given == RecipientClasses.For(purpose) : Class == given);
}

/// <summary>Which class of recipients a purpose is of.</summary>
internal static class RecipientClasses
{
    /// <summary>The class that acts for a purpose; null for those that are not treatment, payment or operations.</summary>
    public static RecipientClass? For(Purpose purpose) => purpose switch
    {
        Purpose.Treatment => RecipientClass.TreatingProvider,
        Purpose.Payment => RecipientClass.Payer,
        Purpose.Operations => RecipientClass.Operations,
        _ => null,
    };
}

/// <summary>Compares names of persons and organizations, without regard to case, punctuation and spacing.</summary>
internal static class PartyNames
{
    /// <summary>Whether two names are the same; a name without a letter or digit is the same as no other.</summary>
    public static bool Same(string one, string other)
    {
        var key = Key(one);
        return key.Length > 0 && key == Key(other);
    }

    private static string Key(string name) => string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));
}
