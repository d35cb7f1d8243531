namespace Platform.Billing.X12;

/// <summary>A person's name. It prints as a placeholder, so that it cannot reach a log through a record's text.</summary>
/// <param name="Last">NM103: the family name, at most 60 characters.</param>
/// <param name="First">NM104: the given name, at most 35 characters; null for a person with one name.</param>
/// <param name="Middle">NM105: the middle name or initial, at most 25 characters.</param>
/// <param name="Suffix">NM107: such as <c>JR</c>, at most 10 characters.</param>
public sealed record PersonName(string Last, string? First = null, string? Middle = null, string? Suffix = null)
{
    /// <inheritdoc/>
    public override string ToString() => "(a person)";
}

/// <summary>A postal address in the United States. It prints as a placeholder, as it may be a person's.</summary>
/// <param name="Line1">N301: street, at most 55 characters.</param>
/// <param name="Line2">N302: more of it, at most 55 characters.</param>
/// <param name="City">N401: at most 30 characters.</param>
/// <param name="State">N402: two letters.</param>
/// <param name="Zip">N403: five or nine digits, without a dash.</param>
public sealed record PostalAddress(string Line1, string? Line2, string City, string State, string Zip)
{
    /// <inheritdoc/>
    public override string ToString() => "(an address)";
}
