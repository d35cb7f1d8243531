using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Platform.Enrollment.Placement;

/// <summary>Reads what is looked for from a request, and writes what was found. Where the person lives is repeated nowhere.</summary>
internal static class PlaceRequests
{
    private const double DefaultMiles = 50;
    private const double MostMiles = 500;
    private const int DefaultLimit = 10;
    private const int MostPlaces = 100;
    private const int MostLanguages = 10;

    /// <summary>What a request looks for, and what its distances are measured from.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT, field by field.</exception>
    public static (PlaceCriteria Criteria, V1.SearchOrigin Origin) Parse(V1.SearchPlacesRequest request, Caller caller)
    {
        var validation = new Validation();
        var (centre, origin) = Centre(request, validation);
        validation.Require(request.RadiusMiles is >= 0 and <= MostMiles, "radius_miles", $"must be from 0 to {MostMiles}");
        validation.Number(request.Limit, "limit", 0, MostPlaces);
        validation.Require(Enum.IsDefined(request.Track), "track", "is not a known value");
        validation.Require(Enum.IsDefined(request.AgeGroup), "age_group", "is not a known value");
        validation.Require(Enum.IsDefined(request.Level), "level", "is not a known value");
        validation.Require(Enum.IsDefined(request.PayerKind), "payer_kind", "is not a known value");
        validation.Require(Enum.IsDefined(request.DeliveryWish), "delivery_wish", "is not a known value");
        validation.Require(Enum.IsDefined(request.Sort), "sort", "is not a known value");
        var regionId = validation.OptionalId(request.RegionId, "region_id");
        validation.Require(request.Languages.Count <= MostLanguages, "languages", $"must be at most {MostLanguages}");
        var languages = request.Languages.Select((language, i) => validation.Text(language, $"languages[{i}]", 100)).ToList();
        validation.Require(AcceptedPayer.IsCode(request.PayerCode), "payer_code", $"must have at most {AcceptedPayer.LongestCode} characters, without spaces and semicolons");
        var weekdays = request.Weekdays.Select((day, i) => (int)validation.Choice(day, $"weekdays[{i}]")).ToList();
        var times = request.TimesOfDay.Select((time, i) => (int)validation.Choice(time, $"times_of_day[{i}]")).ToList();
        var state = request.PersonState.Trim().ToUpperInvariant();
        validation.Require(
            state.Length == 0 || UsPlaces.IsState(state), "person_state", "is not the two-letter code of a state or territory");
        validation.Require(
            state.Length > 0 || request.DeliveryWish != V1.DeliveryWish.Virtual, "person_state", "is required for a virtual program");
        validation.ThrowIfInvalid();
        var criteria = new PlaceCriteria(centre, request.RadiusMiles == 0 ? DefaultMiles : request.RadiusMiles)
        {
            Track = request.Track == V1.Track.Unspecified ? null : (Track)request.Track,
            AgeGroup = request.AgeGroup == V1.AgeGroup.Unspecified ? null : (AgeGroup)request.AgeGroup,
            Level = request.Level == V1.ProgramLevel.Unspecified ? null : (LevelOfCare)request.Level,
            Languages = [.. languages.Distinct(StringComparer.OrdinalIgnoreCase)],
            PayerKind = request.PayerKind == V1.PayerKind.Unspecified ? null : (PayerKind)request.PayerKind,
            PayerCode = request.PayerCode,
            Weekdays = ProgramWords.DaysOf(weekdays),
            TimesOfDay = ProgramWords.TimesOf(times),
            Wish = request.DeliveryWish == V1.DeliveryWish.Unspecified ? null : (DeliveryWish)request.DeliveryWish,
            State = state,
            Order = (PlaceOrder)request.Sort,
            IncludeFull = request.IncludeFull,
            Limit = request.Limit == 0 ? DefaultLimit : request.Limit,
            RegionId = regionId,
            Sites = caller.Sites,
        };
        return (criteria, origin);
    }

    /// <summary>What was found.</summary>
    public static V1.SearchPlacesResponse ToMessage(this FoundPlaces found, PlaceCriteria criteria, V1.SearchOrigin origin) => new()
    {
        Origin = origin,
        Places = { found.Places.Select(place => ToMessage(place, criteria)) },
        AsOf = found.AsOf is { } at ? Timestamp.FromDateTimeOffset(at) : null,
    };

    private static V1.Place ToMessage(FoundPlace place, PlaceCriteria criteria)
    {
        var message = new V1.Place
        {
            SiteId = place.Site.Id.ToString(),
            SiteName = place.Site.Name,
            ProgramId = place.Program.Id.ToString(),
            ProgramName = place.Program.Name,
            Miles = place.Miles,
            Open = Math.Max(0, place.Program.Counts.Open),
            Score = place.Score,
        };
        foreach (var (kind, text) in PlaceReasons.Of(criteria, place))
        {
            message.Reasons.Add(new V1.PlaceReason { Kind = (V1.PlaceReasonKind)kind, Text = text });
        }

        if (place.WaitDays is { } days)
        {
            message.EstimatedWaitDays = days;
        }

        return message;
    }

    private static (GeoPoint Centre, V1.SearchOrigin Origin) Centre(V1.SearchPlacesRequest request, Validation validation)
    {
        var hasPoint = request.Latitude != 0 || request.Longitude != 0;
        if (request.Zip.Length == 0)
        {
            validation.Require(hasPoint, "zip", "or latitude and longitude are required");
            validation.Require(request.Latitude is >= -85 and <= 85, "latitude", "must be degrees from -85 to 85");
            validation.Require(request.Longitude is >= -180 and <= 180, "longitude", "must be degrees from -180 to 180");
            return (new GeoPoint(request.Latitude, request.Longitude), V1.SearchOrigin.Coordinates);
        }

        validation.Require(!hasPoint, "zip", "must be empty when latitude and longitude are given");
        if (!ZipCentroids.IsZip(request.Zip))
        {
            validation.Fail("zip", "must be five digits, or nine with or without a hyphen");
        }
        else if (ZipCentroids.Find(request.Zip) is { } place)
        {
            return (place.Point, place.IsWhole ? V1.SearchOrigin.Zip : V1.SearchOrigin.ZipPrefix);
        }
        else
        {
            validation.Fail("zip", "is not known, and neither is any that begins with its first three digits; give latitude and longitude");
        }

        return default;
    }
}
