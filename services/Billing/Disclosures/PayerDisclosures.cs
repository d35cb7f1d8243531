using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Payers;
using Platform.Billing.Peers;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Enrolled = Platform.Enrollment.V1;

namespace Platform.Billing.Disclosures;

/// <summary>Whose record is disclosed.</summary>
/// <param name="PersonId">The person.</param>
/// <param name="EpisodeId">The episode that it is about.</param>
internal sealed record Subject(Guid PersonId, Guid EpisodeId);

/// <summary>
/// What a payer is given is a disclosure: Enrollment is asked each time, and records it in the transaction in which it allows it. A
/// process that dies afterwards leaves a disclosure on record that did not happen; never the other way round.
/// </summary>
internal sealed class PayerDisclosures(Operations<BillingDbContext> operations, EnrollmentPeer enrollment, TimeProvider time)
{
    private static readonly DomainError Withdrawn = DomainError.Precondition(
        "CONSENT_WITHDRAWN", "Nothing allows disclosure of this to the payer any more (42 CFR 2.31).");

    /// <summary>Records a disclosure to a payer about all of these, or none when it is refused for one; the answer says for whom.</summary>
    /// <exception cref="DomainException">UNAVAILABLE: Enrollment does not answer.</exception>
    public Task<Enrolled.RecordJointDisclosureResponse> RecordAsync(
        ServerCallContext context, Guid siteId, Payer payer, IEnumerable<Subject> subjects, IEnumerable<Enrolled.RecordCategory> categories,
        string description)
    {
        var request = new Enrolled.RecordJointDisclosureRequest
        {
            RequestId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            Subjects =
            {
                subjects.Select(subject => new Enrolled.DisclosureSubject
                {
                    PersonId = subject.PersonId.ToString(),
                    EpisodeId = subject.EpisodeId.ToString(),
                }),
            },
            Question = new Enrolled.DisclosureQuestion
            {
                SiteId = siteId.ToString(),
                Recipient = new Enrolled.DisclosureRecipient
                {
                    Name = payer.Name,
                    RecipientClass = Enrolled.RecipientClass.Payer,
                    PartyId = payer.Id.ToString(),
                },
                Categories = { categories },
                Purpose = Enrolled.Purpose.Payment,
            },
            Description = description,
        };
        return enrollment.RecordDisclosureAsync(context.GetCaller().NetworkId, request, context.CancellationToken);
    }

    /// <summary>Refuses a payer who reads what it may not be told any more; other callers are of the network itself.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION. UNAVAILABLE: Enrollment does not answer.</exception>
    public async Task RequireAsync(ServerCallContext context, Guid siteId, Subject subject, string description)
    {
        if ((await WithheldAsync(context, siteId, [subject], description)).Count > 0)
        {
            throw Withdrawn.ToException();
        }
    }

    /// <summary>The persons of whom a payer who reads about these may not be told any more; of the others it is recorded.</summary>
    /// <exception cref="DomainException">UNAVAILABLE: Enrollment does not answer.</exception>
    public async Task<IReadOnlySet<Guid>> WithheldAsync(
        ServerCallContext context, Guid siteId, IReadOnlyCollection<Subject> subjects, string description)
    {
        var withheld = new HashSet<Guid>();
        if (subjects.Count == 0 || context.GetCaller() is not { Role: CallerRole.Payer, PayerId: { } payerId })
        {
            return withheld;
        }

        var payer = await operations.ReadAsync(context, op => op.Db.Payers.SingleAsync(p => p.Id == payerId, op.CancellationToken));
        for (var open = subjects.ToList(); open.Count > 0; open.RemoveAll(subject => withheld.Contains(subject.PersonId)))
        {
            var answer = await RecordAsync(context, siteId, payer, open, [Enrolled.RecordCategory.Claims], description);
            if (answer.Refused.Count == 0)
            {
                break;
            }

            withheld.UnionWith(answer.Refused.Select(refused => Guid.Parse(refused.PersonId)));
        }

        return withheld;
    }
}
