using Google.Protobuf.WellKnownTypes;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Waitlist;

/// <summary>The waitlist as the API shows it.</summary>
internal static class WaitlistMessages
{
    /// <summary>An entry and what it waits, or waited, for.</summary>
    public static V1.WaitlistEntry ToMessage(this WaitlistEntry entry, IEnumerable<WaitlistWant> wants)
    {
        var message = new V1.WaitlistEntry
        {
            Id = entry.Id.ToString(),
            ReferralId = entry.ReferralId.ToString(),
            Status = (V1.WaitlistStatus)entry.Status,
            PriorityClass = entry.PriorityClass,
            Rank = entry.Rank,
            JoinedAt = entry.JoinedAt.ToTimestamp(),
            Criteria = entry.Criteria.ToMessage(),
            OfferId = entry.OfferId?.ToString() ?? string.Empty,
            Skipped = entry.Skipped,
            Declines = entry.Declines,
            Lapses = entry.Lapses,
            RemovalReason = entry.RemovalReason,
        };
        foreach (var want in wants)
        {
            switch (want.Kind)
            {
                case WantKind.Program:
                    message.ProgramId = want.TargetId.ToString();
                    break;
                case WantKind.Region:
                    message.RegionId = want.TargetId.ToString();
                    break;
                default:
                    message.SiteIds.Add(want.TargetId.ToString());
                    break;
            }
        }

        return message;
    }

    /// <summary>Something that happened.</summary>
    public static V1.WaitlistEvent ToMessage(this WaitlistEvent happened) => new()
    {
        Kind = (V1.WaitlistEventKind)happened.Kind,
        At = happened.At.ToTimestamp(),
        By = happened.By,
        Reason = happened.Reason,
        ProgramId = happened.ProgramId?.ToString() ?? string.Empty,
        OfferId = happened.OfferId?.ToString() ?? string.Empty,
    };

    /// <summary>A place in line for one program.</summary>
    public static V1.ProgramWait ToMessage(this ProgramWait wait) => new()
    {
        ProgramId = wait.ProgramId.ToString(),
        Position = wait.Position,
        Freed = wait.Freed,
        DaysObserved = wait.DaysObserved,
    };

    private static V1.WaitlistCriteria ToMessage(this WaitlistCriteria criteria) => new()
    {
        Track = criteria.Track is { } track ? (V1.Track)track : V1.Track.Unspecified,
        AgeGroup = criteria.AgeGroup is { } age ? (V1.AgeGroup)age : V1.AgeGroup.Unspecified,
        Level = criteria.Level is { } level ? (V1.LevelOfCare)level : V1.LevelOfCare.Unspecified,
        Delivery = criteria.Delivery is { } delivery ? (V1.Delivery)delivery : V1.Delivery.Unspecified,
        Weekdays = { criteria.Weekdays.Numbers().Select(day => (V1.MeetingDay)day) },
        TimesOfDay = { criteria.TimesOfDay.Numbers().Select(time => (V1.TimeOfDay)time) },
        Language = criteria.Language,
        PayerKind = criteria.Payer is { } payer ? (V1.PayerKind)payer.Kind : V1.PayerKind.Unspecified,
        PayerCode = criteria.Payer?.Code ?? string.Empty,
        State = criteria.State,
    };
}
