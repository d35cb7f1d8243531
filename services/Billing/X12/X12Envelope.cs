namespace Platform.Billing.X12;

/// <summary>One interchange: what its ISA segment says.</summary>
public sealed record Interchange
{
    /// <summary>ISA05: the kind of <see cref="SenderId"/>, such as <c>ZZ</c> mutually defined or <c>30</c> tax id.</summary>
    public string SenderQualifier { get; init; } = "ZZ";

    /// <summary>ISA06: who sends, at most 15 characters.</summary>
    public required string SenderId { get; init; }

    /// <summary>ISA07: the kind of <see cref="ReceiverId"/>.</summary>
    public string ReceiverQualifier { get; init; } = "ZZ";

    /// <summary>ISA08: who receives, at most 15 characters.</summary>
    public required string ReceiverId { get; init; }

    /// <summary>ISA09: the day it was made, in the sender's local time.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>ISA10: the minute it was made, in the sender's local time.</summary>
    public required TimeOnly Time { get; init; }

    /// <summary>ISA13: nine digits, repeated in IEA02.</summary>
    public required string ControlNumber { get; init; }

    /// <summary>ISA14: whether a TA1 acknowledgement is asked for.</summary>
    public bool AcknowledgementRequested { get; init; }

    /// <summary>ISA15: whether this is test data (<c>T</c>) and not production data (<c>P</c>).</summary>
    public bool IsTest { get; init; }
}

/// <summary>One functional group: what its GS segment says.</summary>
public sealed record FunctionalGroup
{
    /// <summary>GS01: <c>HP</c> for remittances, <c>HC</c> for claims.</summary>
    public required string FunctionalId { get; init; }

    /// <summary>GS02: the application that sends.</summary>
    public required string SenderCode { get; init; }

    /// <summary>GS03: the application that receives.</summary>
    public required string ReceiverCode { get; init; }

    /// <summary>GS04: the day it was made, in the sender's local time.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>GS05: the time it was made, to the minute, in the sender's local time.</summary>
    public required TimeOnly Time { get; init; }

    /// <summary>GS06: one to nine digits, repeated in GE02.</summary>
    public required string ControlNumber { get; init; }

    /// <summary>GS08: the implementation guide, such as <c>005010X221A1</c>.</summary>
    public required string Version { get; init; }
}

/// <summary>One transaction set: what its ST segment says.</summary>
/// <param name="Id">ST01: <c>835</c>, <c>837</c> and so on.</param>
/// <param name="ControlNumber">ST02, repeated in SE02.</param>
/// <param name="Version">ST03: the implementation guide; null where the set does not use it, as in the 835.</param>
public sealed record TransactionSet(string Id, string ControlNumber, string? Version);
