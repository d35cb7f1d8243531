namespace Platform.Billing.Payers;

/// <summary>Days from a first to a last one, both included.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day; null when open.</param>
internal sealed record Period(DateOnly From, DateOnly? To)
{
    private DateOnly Last => To ?? DateOnly.MaxValue;

    /// <summary>Whether the day lies in it.</summary>
    public bool Contains(DateOnly day) => day >= From && day <= Last;

    /// <summary>Whether both have a day in common.</summary>
    public bool Overlaps(Period other) => From <= other.Last && other.From <= Last;
}
