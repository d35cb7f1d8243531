using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Scheduling.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Scheduling.Clinicians;

/// <summary>RPCs on clinicians.</summary>
public sealed class ClinicianEndpoint(Operations<SchedulingDbContext> operations) : ClinicianService.ClinicianServiceBase
{
    private sealed record PageKey(string FamilyName, Guid Id);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<RegisterClinicianResponse> RegisterClinician(
        RegisterClinicianRequest request, ServerCallContext context)
    {
        var given = request.Clinician ?? new V1.Clinician();
        var validation = new Validation();
        var givenName = validation.Text(given.GivenName, "clinician.given_name", 60);
        var familyName = validation.Text(given.FamilyName, "clinician.family_name", 60);
        validation.Require(Npi.IsValid(given.Npi), "clinician.npi", "is not a National Provider Identifier (10 digits with a check digit)");
        var licence = validation.Text(given.Licence, "clinician.licence", 60);
        var expires = validation.Day(given.LicenceExpiresOn, "clinician.licence_expires_on");
        var subject = validation.Text(given.Subject, "clinician.subject");
        validation.Require(given.SiteIds.Count > 0, "clinician.site_ids", "needs at least one site");
        var sites = given.SiteIds.Select((id, i) => validation.Id(id, $"clinician.site_ids[{i}]")).Distinct().ToList();
        validation.ThrowIfInvalid();

        return operations.CommandAsync(context, request.RequestId, request, operation =>
        {
            foreach (var site in sites)
            {
                operation.Caller.RequireSite(site, "site");
            }

            var network = operation.Caller.NetworkId;
            var id = operation.Db.NewId();
            var clinician = new Clinician
            {
                Id = id,
                NetworkId = network,
                GivenName = givenName,
                FamilyName = familyName,
                Npi = given.Npi,
                Licence = licence,
                LicenceExpiresOn = expires,
                Subject = subject,
                Sites = sites.ConvertAll(s => new ClinicianSite { ClinicianId = id, SiteId = s, NetworkId = network }),
            };
            operation.Db.Clinicians.Add(clinician);
            return Task.FromResult(new RegisterClinicianResponse { Clinician = ToMessage(clinician, operation.Caller) });
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<GetClinicianResponse> GetClinician(GetClinicianRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ClinicianId, "clinician_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async operation =>
        {
            var clinician = await operation.Db.Clinicians.Include(c => c.Sites)
                .SingleOrDefaultAsync(c => c.Id == id, operation.CancellationToken);
            return clinician is not null && clinician.Sites.Any(s => operation.Caller.Sees(s.SiteId))
                ? new GetClinicianResponse { Clinician = ToMessage(clinician, operation.Caller) }
                : throw DomainError.NotFound("clinician").ToException();
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<ListCliniciansResponse> ListClinicians(ListCliniciansRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var site = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PageKey>(request.Page?.Token ?? string.Empty);
        return operations.ReadAsync(context, async operation =>
        {
            operation.Caller.RequireSite(site, "site");
            var query = operation.Db.Clinicians.Include(c => c.Sites).Where(c => c.Sites.Any(s => s.SiteId == site));
            if (after is not null)
            {
                query = query.Where(c => c.FamilyName.CompareTo(after.FamilyName) > 0
                    || (c.FamilyName == after.FamilyName && c.Id.CompareTo(after.Id) > 0));
            }

            var rows = await query.OrderBy(c => c.FamilyName).ThenBy(c => c.Id).Take(size + 1)
                .ToListAsync(operation.CancellationToken);
            var response = new ListCliniciansResponse();
            response.Clinicians.AddRange(rows.Take(size).Select(c => ToMessage(c, operation.Caller)));
            if (rows.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new PageKey(rows[size - 1].FamilyName, rows[size - 1].Id));
            }

            return response;
        });
    }

    private static V1.Clinician ToMessage(Clinician clinician, Caller caller)
    {
        var message = new V1.Clinician
        {
            Id = clinician.Id.ToString(),
            GivenName = clinician.GivenName,
            FamilyName = clinician.FamilyName,
            Npi = clinician.Npi,
            Licence = clinician.Licence,
            LicenceExpiresOn = clinician.LicenceExpiresOn.ToIso(),
            Subject = clinician.Subject,
        };
        message.SiteIds.AddRange(clinician.Sites.Where(s => caller.Sees(s.SiteId)).Select(s => s.SiteId.ToString()));
        return message;
    }
}
