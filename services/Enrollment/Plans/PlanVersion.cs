using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Plans;

/// <summary>Where a version of a plan stands. Numbered as in the API.</summary>
internal enum PlanStatus
{
    /// <summary>Being written, or being signed.</summary>
    Draft = 1,

    /// <summary>In force: signed by all who must.</summary>
    Signed = 2,

    /// <summary>Was in force until a later version was signed.</summary>
    Superseded = 3,

    /// <summary>Written anew while it was being signed; its signatures are kept with it.</summary>
    Abandoned = 4,
}

/// <summary>
/// A version of a treatment plan. Its words may change until somebody signs it; from then on they never do, and whoever wants
/// others writes the next version.
/// </summary>
internal sealed class PlanVersion : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    /// <summary>From 1, in order.</summary>
    public int Number { get; init; }

    public PlanStatus Status { get; private set; } = PlanStatus.Draft;

    /// <summary>JSON of the <see cref="PlanContent"/>.</summary>
    public string Content { get; private set; } = string.Empty;

    /// <summary><see cref="PlanContent.HashOf"/>: what is signed.</summary>
    public string Hash { get; private set; } = string.Empty;

    /// <summary>Who wrote it last.</summary>
    public string WrittenBy { get; private set; } = string.Empty;

    public DateTimeOffset WrittenAt { get; private set; }

    /// <summary>Whether anybody signed it.</summary>
    public bool HasSignature { get; private set; }

    /// <summary>Site-local day of the last signature that it needed; null while one is missing.</summary>
    public DateOnly? SignedOn { get; private set; }

    public long Version { get; private set; }

    /// <summary>Gives the draft its words.</summary>
    /// <exception cref="InvalidOperationException">Somebody signed it.</exception>
    public void Write(PlanContent content, string by, DateTimeOffset now)
    {
        if (HasSignature || Status != PlanStatus.Draft)
        {
            throw new InvalidOperationException("A signed version of a plan never changes.");
        }

        Content = content.Write();
        Hash = PlanContent.HashOf(EpisodeId, Number, Content);
        WrittenBy = by;
        WrittenAt = now;
        Version++;
    }

    /// <summary>What it says.</summary>
    public PlanContent Read() => DecisionJson.Read<PlanContent>(Content);

    /// <summary>Takes a signature of exactly these words; one that is in force takes those that are asked for since.</summary>
    /// <param name="hash">What the signer saw.</param>
    /// <exception cref="DomainException">ABORTED: other words. FAILED_PRECONDITION: it is neither being signed nor in force.</exception>
    public void Sign(string hash)
    {
        if (hash != Hash)
        {
            throw PlanErrors.Changed.ToException();
        }

        if (Status is not (PlanStatus.Draft or PlanStatus.Signed))
        {
            throw PlanErrors.NotDraft.ToException();
        }

        HasSignature = true;
        Version++;
    }

    /// <summary>Puts it in force: all signed who must.</summary>
    public void Complete(DateOnly on)
    {
        SignedOn = on;
        Become(PlanStatus.Signed);
    }

    /// <summary>Ends it because a later version is in force.</summary>
    public void Supersede() => Become(PlanStatus.Superseded);

    /// <summary>Ends it because it is written anew.</summary>
    public void Abandon() => Become(PlanStatus.Abandoned);

    private void Become(PlanStatus status)
    {
        Status = status;
        Version++;
    }
}

/// <summary>Somebody's signature under a version.</summary>
internal sealed class PlanSignature : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PlanVersionId { get; init; }

    public SignerRole Role { get; init; }

    /// <summary>Who signed.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The signer's NPI; empty for a client.</summary>
    public string Npi { get; init; } = string.Empty;

    /// <summary>Site-local day.</summary>
    public DateOnly SignedOn { get; init; }

    /// <summary>Hash of the words that were signed.</summary>
    public string Hash { get; init; } = string.Empty;

    /// <summary>The caller who signed, or who took the client's signature.</summary>
    public string RecordedBy { get; init; } = string.Empty;

    public DateTimeOffset RecordedAt { get; init; }
}

/// <summary>Why a plan cannot be written, signed, reviewed or certified.</summary>
internal static class PlanErrors
{
    public static readonly DomainError Changed = new(
        ErrorKind.Aborted, "PLAN_CHANGED", "The plan says something else than what was signed. Read it again and sign that.");

    public static readonly DomainError NotDraft = DomainError.Precondition(
        "PLAN_NOT_DRAFT", "This version of the plan is neither being signed nor in force. An amendment is a new version.");

    public static readonly DomainError SignedBefore = DomainError.Precondition(
        "PLAN_SIGNED_BEFORE", "This version of the plan has a signature of this role already.");

    public static readonly DomainError NotClinician = new(
        ErrorKind.PermissionDenied, "SIGNER_NOT_CLINICIAN", "A clinician's or physician's signature is given with a clinician's token.");

    public static readonly DomainError NoPlan = DomainError.Precondition("PLAN_MISSING", "The episode has no plan in force. Have one signed first.");

    public static readonly DomainError CertificationNotAsked = DomainError.Precondition(
        "CERTIFICATION_NOT_ASKED", "No payer of the episode asks for a certification. Set the episode's payer kinds first.");
}
