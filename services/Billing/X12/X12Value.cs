namespace Platform.Billing.X12;

/// <summary>One element to be written: absent, simple, or made of components.</summary>
internal readonly struct X12Value
{
    private X12Value(string? simple, string?[]? components) => (Simple, Components) = (simple, components);

    /// <summary>The value of a simple element; null or empty when it is absent.</summary>
    public string? Simple { get; }

    /// <summary>The components of a composite element; null when it is simple.</summary>
    public string?[]? Components { get; }

    /// <summary>A simple element.</summary>
    public static implicit operator X12Value(string? value) => new(value, null);

    /// <summary>A composite element; trailing absent components are left out.</summary>
    public static X12Value Of(params string?[] components) => new(null, components);

    /// <summary>A coded service (C003).</summary>
    public static X12Value Of(Procedure procedure) => Of([procedure.Qualifier, procedure.Code, .. procedure.Modifiers]);
}
