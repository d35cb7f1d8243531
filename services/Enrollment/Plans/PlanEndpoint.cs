using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>Treatment plans: written, signed and read.</summary>
internal sealed class PlanEndpoint(
    Operations<EnrollmentDbContext> operations, EnrollmentRules rules, PlanSignersRule signers, PlanSchedule schedule)
    : V1.PlanService.PlanServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.SavePlanDraftResponse> SavePlanDraft(V1.SavePlanDraftRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var content = PlanContentReader.Read(request.Content, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.OpenEpisodeAsync(episodeId);
            var draft = await db.PlanVersions.SingleOrDefaultAsync(
                v => v.EpisodeId == episodeId && v.Status == PlanStatus.Draft, cancellationToken);
            if (draft is not null)
            {
                Etag.Require(request.Etag, draft.Version);
            }
            else if (request.Etag.Length > 0)
            {
                throw DomainError.StaleEtag.ToException();
            }

            if (draft is { HasSignature: true })
            {
                draft.Abandon();
                draft = null;
            }

            if (draft is null)
            {
                draft = new PlanVersion
                {
                    Id = db.NewId(),
                    NetworkId = db.NetworkId,
                    EpisodeId = episodeId,
                    Number = (await op.EpisodePlanAsync(episodeId)).NextNumber(),
                };
                db.PlanVersions.Add(draft);
            }

            draft.Write(content, op.Caller.Subject, op.Now);
            op.Audit("plan.write", "plan", draft.Id, episode.PersonId);
            return new V1.SavePlanDraftResponse { Plan = PlanMessages.Of(draft, []) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.SignPlanResponse> SignPlan(V1.SignPlanRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var role = (SignerRole)validation.Choice(request.Role, "role");
        var signature = (
            Hash: validation.Text(request.Hash, "hash", 64),
            Name: validation.Text(request.Name, "name"),
            Npi: validation.OptionalText(request.Npi, "npi", 10),
            On: validation.Day(request.SignedOn, "signed_on"));
        validation.Require(signature.Npi.Length == 0 || Npi.IsValid(signature.Npi), "npi", "is not an NPI");
        validation.Require(role != SignerRole.Physician || signature.Npi.Length > 0, "npi", "is required of a physician");
        validation.ThrowIfInvalid();
        if (role != SignerRole.Client)
        {
            context.GetCaller().RequireClinician();
        }

        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.OpenEpisodeAsync(episodeId);
            var version = await db.PlanVersions.SingleOrDefaultAsync(
                v => v.EpisodeId == episodeId && v.Number == request.Number, cancellationToken)
                ?? throw DomainError.NotFound("version of the plan").ToException();
            var signatures = await db.PlanSignatures.Where(s => s.PlanVersionId == version.Id).ToListAsync(cancellationToken);
            await RequireDayAsync(db, episode, version, signature.On, cancellationToken);
            version.Sign(signature.Hash);
            if (signatures.Exists(s => s.Role == role))
            {
                throw PlanErrors.SignedBefore.ToException();
            }

            signatures.Add(new PlanSignature
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                PlanVersionId = version.Id,
                Role = role,
                Name = signature.Name,
                Npi = signature.Npi,
                SignedOn = signature.On,
                Hash = signature.Hash,
                RecordedBy = op.Caller.Subject,
                RecordedAt = op.Now,
            });
            db.PlanSignatures.Add(signatures[^1]);
            op.Audit("plan.sign", "plan", version.Id, episode.PersonId);
            var missing = await CompleteAsync(op, episode, version, signatures);
            return new V1.SignPlanResponse
            {
                Plan = PlanMessages.Of(version, signatures),
                Missing = { missing.Select(m => (V1.SignerRole)m) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetPlanResponse> GetPlan(V1.GetPlanRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        validation.Require(request.Number >= 0, "number", "must not be negative");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(episodeId);
            var versions = op.Db.PlanVersions.AsNoTracking().Where(v => v.EpisodeId == episodeId);
            var version = request.Number > 0
                ? await versions.SingleOrDefaultAsync(v => v.Number == request.Number, op.CancellationToken)
                : await versions
                    .Where(v => v.Status == PlanStatus.Signed || v.Status == PlanStatus.Draft)
                    .OrderBy(v => v.Status == PlanStatus.Signed ? 0 : 1)
                    .FirstOrDefaultAsync(op.CancellationToken);
            if (version is null)
            {
                throw DomainError.NotFound("plan").ToException();
            }

            var signatures = await op.Db.PlanSignatures.AsNoTracking().Where(s => s.PlanVersionId == version.Id).ToListAsync(op.CancellationToken);
            op.Audit("plan.read", "plan", version.Id, episode.PersonId);
            return new V1.GetPlanResponse
            {
                Plan = PlanMessages.Of(version, signatures),
                Content = PlanContentReader.Message(version.Read()),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListPlanVersionsResponse> ListPlanVersions(V1.ListPlanVersionsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var before = PageToken.Decode<int?>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(episodeId);
            var page = await op.Db.PlanVersions.AsNoTracking()
                .Where(v => v.EpisodeId == episodeId && (before == null || v.Number < before))
                .OrderByDescending(v => v.Number)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            var ids = page.Take(size).Select(v => v.Id).ToList();
            var signatures = (await op.Db.PlanSignatures.AsNoTracking().Where(s => ids.Contains(s.PlanVersionId)).ToListAsync(op.CancellationToken))
                .ToLookup(s => s.PlanVersionId);
            op.Audit("plan.list", "episode", episodeId, episode.PersonId);
            return new V1.ListPlanVersionsResponse
            {
                Plans = { page.Take(size).Select(v => PlanMessages.Of(v, signatures[v.Id])) },
                NextPageToken = page.Count > size ? PageToken.Encode(page[size - 1].Number) : string.Empty,
            };
        });
    }

    private static async Task RequireDayAsync(
        EnrollmentDbContext db, Episode episode, PlanVersion version, DateOnly on, CancellationToken cancellationToken)
    {
        var zone = await db.Sites.Where(s => s.Id == episode.SiteId).Select(s => s.TimeZone).SingleAsync(cancellationToken);
        var (written, today) = (LocalDays.DayAt(version.WrittenAt, zone), LocalDays.DayAt(db.Now, zone));
        var validation = new Validation();
        validation.Require(on <= today, "signed_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= written, "signed_on", $"must not be before the words were written, {written:yyyy-MM-dd}");
        validation.ThrowIfInvalid();
    }

    /// <summary>Puts the version in force when nobody's signature is missing any more.</summary>
    private async Task<IReadOnlyList<SignerRole>> CompleteAsync(
        Operation<EnrollmentDbContext> op, Episode episode, PlanVersion version, List<PlanSignature> signatures)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var plan = await op.EpisodePlanAsync(episode.Id);
        var about = new DecisionAbout(
            episode.Id,
            episode.SiteId,
            episode.ProgramId,
            await PlanSchedule.ScopeAsync(db, episode, cancellationToken),
            await db.TodayAsync(episode.SiteId, cancellationToken),
            episode.PersonId);
        var facts = new SignerFacts([.. signatures.Select(s => s.Role).Order()], PlanSchedule.KindsOf(plan));
        var missing = db.Decide(signers, await rules.ForAsync(db, cancellationToken), about, facts).Outcome;
        if (missing.Count == 0)
        {
            if (version.Status == PlanStatus.Draft)
            {
                await db.PutInForceAsync(plan, version, signatures, cancellationToken);
            }

            await schedule.FollowSavedAsync(db, episode, cancellationToken);
        }

        return missing;
    }
}
