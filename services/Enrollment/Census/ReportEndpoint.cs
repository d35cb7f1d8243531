using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Census;

/// <summary>Reports over sites and days, made of tallies.</summary>
internal sealed class ReportEndpoint(Operations<EnrollmentDbContext> operations) : V1.ReportService.ReportServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetCensusResponse> GetCensus(V1.GetCensusRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var on = validation.Day(request.On, "on");
        validation.Require(Enum.IsDefined(request.By), "by", "is not a known value");
        var scope = Scope(request.Scope, validation, context);
        validation.ThrowIfInvalid();
        return operations.ReadAsync(
            context, op => CensusReport.AnswerAsync(op.Db, on, request.By, scope, request.Page, op.CancellationToken));
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetOccupancyResponse> GetOccupancy(V1.GetOccupancyRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var to = validation.Day(request.To, "to");
        var from = validation.OptionalDay(request.From, "from") ?? to;
        validation.Require(from <= to, "from", "must not be after to");
        validation.Require(Enum.IsDefined(request.Step), "step", "is not a known value");
        var scope = Scope(request.Scope, validation, context);
        validation.ThrowIfInvalid();
        var ends = OccupancyReport.Ends(from, to, request.Step);
        return operations.ReadAsync(
            context, op => OccupancyReport.AnswerAsync(op.Db, ends, request.Step, scope, op.CancellationToken));
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetReferralFunnelResponse> GetReferralFunnel(
        V1.GetReferralFunnelRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var scope = Scope(request.Scope, validation, context);
        var stretches = Period(request.From, request.To, validation);
        return operations.ReadAsync(context, op => FunnelReport.AnswerAsync(op.Db, stretches, scope, op.CancellationToken));
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetLengthOfStayResponse> GetLengthOfStay(V1.GetLengthOfStayRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var scope = Scope(request.Scope, validation, context);
        var stretches = Period(request.From, request.To, validation);
        return operations.ReadAsync(context, async op =>
        {
            var lengths = new Lengths(await Discharged(op.Db, stretches, scope).LengthsAsync(op.CancellationToken));
            return new V1.GetLengthOfStayResponse
            {
                Discharged = lengths.Count,
                MeanDays = lengths.Mean,
                Percentile25Days = lengths.Percentile(0.25),
                MedianDays = lengths.Percentile(0.5),
                Percentile75Days = lengths.Percentile(0.75),
                Percentile90Days = lengths.Percentile(0.9),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetDispositionsResponse> GetDispositions(V1.GetDispositionsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var scope = Scope(request.Scope, validation, context);
        var stretches = Period(request.From, request.To, validation);
        return operations.ReadAsync(context, async op =>
        {
            var dispositions = await Discharged(op.Db, stretches, scope)
                .GroupBy(t => t.Kind)
                .Select(g => new { Disposition = g.Key, Count = g.Sum(t => t.Count), Days = g.Sum(t => t.Days) })
                .ToListAsync(op.CancellationToken);
            var total = dispositions.Sum(d => d.Count);
            return new V1.GetDispositionsResponse
            {
                Rows =
                {
                    dispositions.Where(d => d.Count > 0).OrderByDescending(d => d.Count).ThenBy(d => d.Disposition).Select(d => new V1.DispositionRow
                    {
                        Disposition = (V1.Disposition)d.Disposition,
                        Count = d.Count,
                        Share = (double)d.Count / total,
                        MeanDays = (double)d.Days / d.Count,
                    }),
                },
                Total = total,
            };
        });
    }

    private static ReportScope Scope(V1.ReportScope? given, Validation validation, ServerCallContext context) => new(
        validation.OptionalId(given?.RegionId ?? string.Empty, "scope.region_id"),
        validation.OptionalId(given?.SiteId ?? string.Empty, "scope.site_id"),
        validation.OptionalId(given?.ProgramId ?? string.Empty, "scope.program_id"),
        context.GetCaller().Sites);

    private static IQueryable<PlacedTally> Discharged(EnrollmentDbContext db, IReadOnlyList<Stretch> stretches, ReportScope scope) =>
        db.Over([Measure.Discharged], stretches).Within(db, scope);

    /// <summary>A period, cut into spans; throws what is wrong with the request.</summary>
    private static IReadOnlyList<Stretch> Period(string from, string to, Validation validation)
    {
        var (first, last) = (validation.Day(from, "from"), validation.Day(to, "to"));
        validation.Require(first <= last, "from", "must not be after to");
        validation.ThrowIfInvalid();
        return Spans.Cut(first, last, Span.Year);
    }
}
