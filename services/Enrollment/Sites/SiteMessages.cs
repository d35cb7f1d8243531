using Platform.Enrollment.Capacity;
using Platform.Shared.Paging;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

/// <summary>Sites and programs as the API sends them.</summary>
internal static class SiteMessages
{
    public static V1.Site ToMessage(this Site site, IEnumerable<V1.Program> programs) => new()
    {
        Id = site.Id.ToString(),
        Name = site.Name,
        FacilityType = (V1.FacilityType)site.FacilityType,
        Address = new V1.Address { Street = site.Street, City = site.City, State = site.State, Zip = site.Zip },
        Latitude = site.Latitude,
        Longitude = site.Longitude,
        TimeZone = site.TimeZone,
        Phone = site.Phone,
        Npi = site.Npi ?? string.Empty,
        TaxId = site.TaxId ?? string.Empty,
        Taxonomy = site.Taxonomy ?? string.Empty,
        PaymentsAccepted = { site.PaymentsAccepted },
        Languages = { site.Languages },
        RunsIop = site.RunsIop,
        Programs = { programs },
        Etag = Etag.Of(site.Version),
        RegionId = site.RegionId?.ToString() ?? string.Empty,
        Payers = { site.Payers.Select(payer => new V1.AcceptedPayer { Kind = (V1.PayerKind)payer.Kind, Code = payer.Code }) },
        SpecialPrograms = { site.SpecialPrograms },
        ClosedOn = site.ClosedOn.ToIso(),
        ClosingReason = site.ClosingReason,
        ExternalId = site.ExternalId ?? string.Empty,
    };

    public static V1.Program ToMessage(this CareProgram program, PlaceCounts counts) => new()
    {
        Id = program.Id.ToString(),
        SiteId = program.SiteId.ToString(),
        Name = program.Name,
        Track = (V1.Track)program.Track,
        AgeGroup = (V1.AgeGroup)program.AgeGroup,
        Licensed = counts.Licensed,
        Occupied = counts.Occupied,
        Held = counts.Held,
        Level = (V1.ProgramLevel)program.Level,
        Delivery = (V1.Delivery)program.Delivery,
        Weekdays = { program.Weekdays.Numbers().Select(day => (V1.MeetingDay)day) },
        TimesOfDay = { program.TimesOfDay.Numbers().Select(time => (V1.TimeOfDay)time) },
        VirtualStates = { program.VirtualStates },
        ClosedOn = program.ClosedOn.ToIso(),
        Etag = Etag.Of(program.Version),
    };
}
