namespace Platform.Billing.X12;

/// <summary>A coded service, element C003: the qualifier, the code and up to four modifiers.</summary>
public sealed record Procedure
{
    /// <summary>C003-01: <c>HC</c> for HCPCS and CPT; <c>NU</c> when <see cref="Code"/> is a revenue code.</summary>
    public string Qualifier { get; init; } = "HC";

    /// <summary>C003-02: the code, such as <c>H0015</c>.</summary>
    public required string Code { get; init; }

    /// <summary>C003-03 to 06: at most four modifiers, in order.</summary>
    public IReadOnlyList<string> Modifiers { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(Procedure? other) =>
        other is not null && Qualifier == other.Qualifier && Code == other.Code && Modifiers.SequenceEqual(other.Modifiers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Qualifier, Code, Modifiers.Count);
}
