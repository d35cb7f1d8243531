namespace Platform.Local.Demo;

/// <summary>What a journey came to.</summary>
public sealed record JourneyReport
{
    /// <summary>The program where the persons were in care.</summary>
    public required string ProgramId { get; init; }

    /// <summary>The episodes, in the order of the persons.</summary>
    public required IReadOnlyList<string> Episodes { get; init; }

    /// <summary>The persons, in the same order.</summary>
    public required IReadOnlyList<string> Persons { get; init; }

    /// <summary>The payer.</summary>
    public required string PayerId { get; init; }

    /// <summary>The claims.</summary>
    public required IReadOnlyList<string> Claims { get; init; }

    /// <summary>Where the claim file lies.</summary>
    public required string ClaimFile { get; init; }

    /// <summary>Where the remittance file lies.</summary>
    public required string RemittanceFile { get; init; }

    /// <summary>Days that were claimed.</summary>
    public required int DaysClaimed { get; init; }

    /// <summary>Days below the floor, which are not billable.</summary>
    public required int DaysNotBillable { get; init; }

    /// <summary>Sum of the claims, in cents.</summary>
    public required long ChargedCents { get; init; }

    /// <summary>What was paid, in cents.</summary>
    public required long PaidCents { get; init; }

    /// <summary>Places open in the program before the first offer.</summary>
    public required int OpenBefore { get; init; }

    /// <summary>Places open after the last discharge.</summary>
    public required int OpenAfter { get; init; }
}

/// <summary>A step of a journey did not come out as it must.</summary>
public sealed class StepFailedException : Exception
{
    /// <summary>Names the step.</summary>
    public StepFailedException(string step, string why, Exception? inner = null)
        : base($"{step}: {why}", inner)
    {
    }
}
