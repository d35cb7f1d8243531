using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Attendance.V1;
using Platform.Enrollment.V1;
using Platform.Local.Identity;
using Platform.Scheduling.V1;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Local.Demo;

/// <summary>Admission, the group, attendance and discharge.</summary>
internal sealed class JourneyCare(JourneyClients clients, Metadata headers, Place place, TimeProvider time)
{
    private const int SessionMinutes = 180;
    private const int DaysBack = 7;
    private const int DaysAhead = 21;

    private readonly DateOnly _today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
    private readonly DevelopmentIdentity _clinician = new(CallerRole.Clinician, $"clinician-{Guid.CreateVersion7():N}");
    private List<Scheduling.V1.Session> _past = [];
    private string _groupId = string.Empty;

    /// <summary>Day of admission.</summary>
    public DateOnly FirstDay => _today.AddDays(-DaysBack);

    public async Task<string> AdmitAsync(List<JourneyPerson> people)
    {
        var story = new List<string>();
        foreach (var person in people)
        {
            var offer = await clients.Placement.OfferPlaceAsync(
                new OfferPlaceRequest
                {
                    RequestId = JourneyPeople.NewId(), ReferralId = person.ReferralId, ProgramId = place.ProgramId, Minutes = 60,
                },
                headers);
            var admitted = await clients.Episodes.AdmitAsync(
                new AdmitRequest
                {
                    RequestId = JourneyPeople.NewId(),
                    OfferId = offer.Offer.Id,
                    AdmittedOn = FirstDay.ToIso(),
                    BackdatingReason = "Entered after the fact, to play a week that has passed.",
                },
                headers);
            person.EpisodeId = admitted.Episode.Id;
            story.Add($"{person.Name}: admitted on {admitted.Episode.AdmittedOn} (episode {person.EpisodeId})");
        }

        var capacity = await clients.Placement.GetCapacityAsync(new GetCapacityRequest { ProgramId = place.ProgramId }, headers);
        story.Add($"{place.SiteName} now has {capacity.Occupied} of {capacity.Licensed} places taken.");
        return string.Join('\n', story);
    }

    public async Task<string> BookAsync(List<JourneyPerson> people)
    {
        var registration = new RegisterClinicianRequest
        {
            RequestId = JourneyPeople.NewId(),
            Clinician = new Clinician
            {
                GivenName = "Clara",
                FamilyName = "Counselor",
                Npi = NewNpi(),
                Licence = "VA-0701000001",
                LicenceExpiresOn = _today.AddYears(1).ToIso(),
                Subject = _clinician.Subject,
            },
        };
        registration.Clinician.SiteIds.Add(place.SiteId);
        var clinician = await clients.Clinicians.RegisterClinicianAsync(registration, headers);
        var request = new CreateGroupRequest
        {
            RequestId = JourneyPeople.NewId(),
            Group = new Group
            {
                SiteId = place.SiteId,
                ProgramId = place.ProgramId,
                Name = "Morning recovery group",
                Component = Component.GroupTherapy,
                StartsAt = "09:00",
                Minutes = SessionMinutes,
                FirstOn = FirstDay.ToIso(),
                LastOn = _today.AddDays(DaysAhead).ToIso(),
                FacilitatorId = clinician.Clinician.Id,
            },
        };
        request.Group.Weekdays.AddRange([Weekday.Monday, Weekday.Wednesday, Weekday.Friday]);
        var group = await clients.Groups.CreateGroupAsync(request, headers);
        _groupId = group.Group.Id;
        var booked = 0;
        foreach (var person in people)
        {
            var booking = await clients.Groups.BookAsync(
                new BookRequest
                {
                    RequestId = JourneyPeople.NewId(), GroupId = _groupId, EpisodeId = person.EpisodeId, From = FirstDay.ToIso(),
                },
                headers);
            booked += booking.SessionsBooked;
        }

        return $"{group.Group.Name}: {group.Group.Sessions} sessions of 3 hours, Monday, Wednesday, Friday at 9:00 (group {_groupId})\n"
            + $"{people.Count} people booked, {booked} seats in all.";
    }

    public async Task<string> AttendAsync(List<JourneyPerson> people)
    {
        var sessions = await clients.Groups.ListSessionsAsync(
            new ListSessionsRequest
            {
                SiteId = place.SiteId, GroupId = _groupId, From = FirstDay.ToIso(), To = _today.AddDays(-1).ToIso(),
            },
            headers);
        _past = [.. sessions.Sessions];
        var story = new List<string>();
        foreach (var session in _past)
        {
            await Journey.UntilAsync($"the roll of session {session.Id}", () => RollAsync(session.Id, people.Count));
            foreach (var person in people)
            {
                await AttendAsync(session, person, early: person.LeavesEarly && ReferenceEquals(session, _past[0]));
            }

            var roll = await clients.Rolls.GetRollAsync(new GetRollRequest { SessionId = session.Id }, headers);
            var signed = await clients.Rolls.SignRollAsync(
                new SignRollRequest { RequestId = JourneyPeople.NewId(), SessionId = session.Id, Etag = roll.Roll.Etag },
                clients.As(_clinician));
            var minutes = signed.Roll.Attendances.Select(a => $"{a.Minutes}");
            story.Add($"{session.On}: minutes {string.Join(", ", minutes)}; signed by the facilitator");
        }

        return string.Join('\n', story);
    }

    public async Task<string> AwaitServiceDaysAsync(List<JourneyPerson> people)
    {
        var total = 0;
        foreach (var person in people)
        {
            var days = await Journey.UntilAsync($"the service days of {person.Name}", async () =>
            {
                var listed = await clients.ServiceDays.ListServiceDaysAsync(
                    new ListServiceDaysRequest { EpisodeId = person.EpisodeId, From = FirstDay.ToIso(), To = _today.ToIso() }, headers);
                var closed = listed.ServiceDays.Where(d => d.ClosedAt is not null).ToList();
                return closed.Count == _past.Count ? closed : null;
            });
            person.Days = days.Count;
            total += person.Days;
        }

        return $"{total} service days closed: {people.Count} people on {_past.Count} days.";
    }

    public async Task<(int Open, string Story)> DischargeAsync(List<JourneyPerson> people)
    {
        foreach (var person in people)
        {
            var episode = await clients.Episodes.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = person.EpisodeId }, headers);
            await clients.Episodes.DischargeAsync(
                new DischargeRequest
                {
                    RequestId = JourneyPeople.NewId(),
                    EpisodeId = person.EpisodeId,
                    Etag = episode.Episode.Etag,
                    DischargedOn = _today.ToIso(),
                    Disposition = Disposition.Completed,
                    AftercarePlan = "Weekly outpatient sessions and a peer group; follow-up calls after 7 and 30 days.",
                },
                headers);
        }

        var capacity = await Journey.UntilAsync("the free places in the cache", async () =>
        {
            var now = await clients.Placement.GetCapacityAsync(new GetCapacityRequest { ProgramId = place.ProgramId }, headers);
            return now.Licensed - now.Occupied - now.Held >= place.Open ? now : null;
        });
        var left = await Journey.UntilAsync("the release of the sessions ahead", async () =>
        {
            var ahead = await clients.Groups.ListSessionsAsync(
                new ListSessionsRequest
                {
                    SiteId = place.SiteId, GroupId = _groupId, From = _today.AddDays(1).ToIso(), To = _today.AddDays(DaysAhead).ToIso(),
                },
                headers);
            return ahead.Sessions.All(s => s.Booked == 0) ? ahead : null;
        });
        var open = capacity.Licensed - capacity.Occupied - capacity.Held;
        return (open, $"{open} of {capacity.Licensed} places open at {place.SiteName}; {left.Sessions.Count} sessions ahead released.");
    }

    /// <summary>A National Provider Identifier that nobody has: random, with a right check digit.</summary>
    private static string NewNpi()
    {
        var body = $"1{Random.Shared.Next(100_000_000):D8}";
        var sum = 24;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[i] - '0';
            sum += i % 2 == 1 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }

        return $"{body}{(10 - (sum % 10)) % 10}";
    }

    private async Task<Roll?> RollAsync(string sessionId, int expected)
    {
        try
        {
            var roll = await clients.Rolls.GetRollAsync(new GetRollRequest { SessionId = sessionId }, headers);
            return roll.Roll.Attendances.Count == expected ? roll.Roll : null;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task AttendAsync(Scheduling.V1.Session session, JourneyPerson person, bool early)
    {
        var clinician = clients.As(_clinician);
        await clients.Rolls.CheckInAsync(
            new CheckInRequest
            {
                RequestId = JourneyPeople.NewId(), SessionId = session.Id, EpisodeId = person.EpisodeId, At = session.StartsAt,
            },
            clinician);
        var left = session.EndsAt.ToDateTimeOffset() - TimeSpan.FromMinutes(early ? 45 : 0);
        await clients.Rolls.CheckOutAsync(
            new CheckOutRequest
            {
                RequestId = JourneyPeople.NewId(),
                SessionId = session.Id,
                EpisodeId = person.EpisodeId,
                At = Timestamp.FromDateTimeOffset(left),
            },
            clinician);
    }
}
