using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Sites;

/// <content>Opens programs at sites, changes and closes them.</content>
internal sealed partial class SiteEndpoint
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.CreateProgramResponse> CreateProgram(V1.CreateProgramRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var details = ProgramForm.Read(request, validation);
        var track = (Track)validation.Choice(request.Track, "track");
        var ageGroup = (AgeGroup)validation.Choice(request.AgeGroup, "age_group");
        var licensed = validation.Number(request.Licensed, "licensed", 0, CareProgram.MostPlaces);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var site = await op.Db.LockedAsync<Site>(siteId, op.CancellationToken) ?? throw DomainError.NotFound("site").ToException();
            if (site.ClosedOn is not null)
            {
                throw SiteErrors.Closed.ToException();
            }

            if (await op.Db.Programs.AnyAsync(p => p.SiteId == siteId && p.Name == details.Name, op.CancellationToken))
            {
                throw SiteErrors.ProgramExists.ToException();
            }

            var program = new CareProgram
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                SiteId = siteId,
                Track = track,
                AgeGroup = ageGroup,
            };
            program.Describe(details);
            op.Db.Programs.Add(program);
            CapacityLedger.Open(op.Db, site, program, licensed);
            op.Audit("program.create", "program", program.Id);
            return new V1.CreateProgramResponse { Program = await ChangedAsync(op, program) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.SetProgramDetailsResponse> SetProgramDetails(V1.SetProgramDetailsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        var details = ProgramForm.Read(request, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var program = await LockedProgramAsync(op, id);
            Etag.Require(request.Etag, program.Version);
            if (program.Describe(details))
            {
                await ledger.AskAgainAsync(op.Db, [id], op.CancellationToken);
            }

            op.Audit("program.update", "program", id);
            return new V1.SetProgramDetailsResponse { Program = await ChangedAsync(op, program) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.CloseProgramResponse> CloseProgram(V1.CloseProgramRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        var closedOn = validation.Day(request.ClosedOn, "closed_on");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(
            context, request.RequestId, request,
            async op => new V1.CloseProgramResponse { Program = await CloseAsync(op, id, request.Etag, closedOn) });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.ReopenProgramResponse> ReopenProgram(V1.ReopenProgramRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(
            context, request.RequestId, request,
            async op => new V1.ReopenProgramResponse { Program = await CloseAsync(op, id, request.Etag, from: null) });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.SetLicensedCapacityResponse> SetLicensedCapacity(
        V1.SetLicensedCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        var licensed = validation.Number(request.Licensed, "licensed", 0, CareProgram.MostPlaces);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var program = await op.Db.Programs.SingleOrDefaultAsync(p => p.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("program").ToException();
            op.Caller.RequireSite(program.SiteId, "program");

            // What came due by the calendar was before what is said now.
            await ledger.ApplyDueAsync(op.Db, program.SiteId, id, op.CancellationToken);
            await ledger.LicenseAsync(op.Db, program.SiteId, id, licensed, op.CancellationToken);
            op.Audit("program.license", "program", id);
            var capacity = await op.Db.Capacities.AsNoTracking().SingleAsync(c => c.ProgramId == id, op.CancellationToken);
            return new V1.SetLicensedCapacityResponse { Program = program.ToMessage(capacity.Counts) };
        });
    }

    private static async Task<CareProgram> LockedProgramAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var program = await op.Db.LockedAsync<CareProgram>(id, op.CancellationToken) ?? throw DomainError.NotFound("program").ToException();
        op.Caller.RequireSite(program.SiteId, "program");
        return program;
    }

    /// <summary>Closes a program from a day on; null opens it again.</summary>
    private async Task<V1.Program> CloseAsync(Operation<EnrollmentDbContext> op, Guid id, string etag, DateOnly? from)
    {
        // The site first: closing it goes through its programs.
        var siteId = await op.Db.Programs.Where(p => p.Id == id).Select(p => (Guid?)p.SiteId).SingleOrDefaultAsync(op.CancellationToken)
            ?? throw DomainError.NotFound("program").ToException();
        var site = (await op.Db.LockedAsync<Site>(siteId, op.CancellationToken))!;
        var program = await LockedProgramAsync(op, id);
        Etag.Require(etag, program.Version);
        if (from is not null)
        {
            SiteErrors.RequireClosable(from.Value, site.Today(op.Now));
        }

        program.Close(from);
        await ledger.KeepTimesAsync(op.Db, id, op.CancellationToken);
        op.Audit(from is null ? "program.reopen" : "program.close", "program", id);
        return await ChangedAsync(op, program);
    }

    /// <summary>The program as it is now, which the cache learns too.</summary>
    private async Task<V1.Program> ChangedAsync(Operation<EnrollmentDbContext> op, CareProgram program)
    {
        var network = op.Db.NetworkId;
        op.Db.AfterCommit(_ => mirror.SitesChangedAsync(network, [program.SiteId]));
        await op.Db.SaveChangesAsync(op.CancellationToken);
        var capacity = await op.Db.Capacities.AsNoTracking().SingleAsync(c => c.ProgramId == program.Id, op.CancellationToken);
        return program.ToMessage(capacity.Counts);
    }
}
