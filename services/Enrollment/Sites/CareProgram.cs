using Platform.Enrollment.Referrals;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Sites;

/// <summary>A program that a site runs. Its places are counted in <see cref="Capacity.ProgramCapacity"/>, which is contested; this is not.</summary>
internal sealed class CareProgram : ITenantOwned, IVersioned
{
    /// <summary>Places that a program can be licensed for, at the most.</summary>
    public const int MostPlaces = 10_000;

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Display name; unlike any other at the site.</summary>
    public string Name { get; private set; } = string.Empty;

    public Track Track { get; init; }

    public AgeGroup AgeGroup { get; init; }

    public LevelOfCare Level { get; private set; } = LevelOfCare.IntensiveOutpatient;

    public Delivery Delivery { get; private set; } = Delivery.OnSite;

    /// <summary>Days on which it meets; none when nobody said.</summary>
    public Weekdays Weekdays { get; private set; }

    /// <summary>When in the day it meets, so that people can work; none when nobody said.</summary>
    public TimesOfDay TimesOfDay { get; private set; }

    /// <summary>
    /// States in which persons may be while they take part from afar, two-letter codes in order; empty unless it is virtual or
    /// hybrid.
    /// </summary>
    public string[] VirtualStates { get; private set; } = [];

    /// <summary>Site-local day from which it takes nobody new; null while it is open.</summary>
    public DateOnly? ClosedOn { get; private set; }

    public long Version { get; private set; } = 1;

    /// <summary>What it is called, and how, when and where it is given.</summary>
    public ProgramDetails Details => new(Name, Level, Delivery, Weekdays, TimesOfDay, VirtualStates);

    /// <summary>Whether it takes new persons on a site-local day.</summary>
    public bool TakesNewOn(DateOnly day) => ClosedOn is null || day < ClosedOn;

    /// <summary>Takes over its details; false when they are what they were.</summary>
    public bool Describe(ProgramDetails details)
    {
        if (details == Details)
        {
            return false;
        }

        // A row that is being made counts as its first version.
        Version += Name.Length > 0 ? 1 : 0;
        (Name, Level, Delivery) = (details.Name, details.Level, details.Delivery);
        (Weekdays, TimesOfDay, VirtualStates) = (details.Weekdays, details.TimesOfDay, details.VirtualStates);
        return true;
    }

    /// <summary>Takes nobody new from a day on; null opens it again.</summary>
    public void Close(DateOnly? from)
    {
        ClosedOn = from;
        Version++;
    }
}

/// <summary>What a program is called, and how, when and where it is given.</summary>
/// <param name="Name">Display name.</param>
/// <param name="Level">Level of care.</param>
/// <param name="Delivery">On site or from afar.</param>
/// <param name="Weekdays">Days on which it meets; none when not said.</param>
/// <param name="TimesOfDay">When in the day it meets; none when not said.</param>
/// <param name="VirtualStates">States in which persons may take part from afar, in order.</param>
internal sealed record ProgramDetails(
    string Name, LevelOfCare Level, Delivery Delivery, Weekdays Weekdays, TimesOfDay TimesOfDay, string[] VirtualStates)
{
    /// <summary>Details by value: two lists of the same states are the same.</summary>
    public bool Equals(ProgramDetails? other) =>
        other is not null
        && (Name, Level, Delivery, Weekdays, TimesOfDay) == (other.Name, other.Level, other.Delivery, other.Weekdays, other.TimesOfDay)
        && VirtualStates.SequenceEqual(other.VirtualStates);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Level, Delivery, Weekdays, TimesOfDay, VirtualStates.Length);
}
