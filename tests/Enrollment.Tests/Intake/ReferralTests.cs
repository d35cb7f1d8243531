using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using static Platform.Enrollment.Intake.IntakeWorld;

namespace Platform.Enrollment.Intake;

public sealed class ReferralTests(Hosts hosts)
{
    [Fact]
    public async Task A_referral_says_who_referred_and_what_came_with_it()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var referral = (await world.ReferAsync(Someone("Ann", "Papers", "1981-02-03"))).Referral;
        referral.SourceDetail.ShouldBe(new() { Organization = "District Court", Contact = "Clerk, 555-0100" });
        foreach (var kind in new[] { DocumentKind.CourtOrder, DocumentKind.MedicationList, DocumentKind.Laboratory })
        {
            await world.Referrals.ReceiveDocumentAsync(
                new() { RequestId = World.NewId(), ReferralId = referral.Id, Kind = kind, ReceivedOn = World.Today(), Reference = $"shelf {kind}" },
                world.Operator);
        }
        var first = await world.Referrals.ListDocumentsAsync(new() { ReferralId = referral.Id, Page = new() { Size = 2 } }, world.Operator);
        var second = await world.Referrals.ListDocumentsAsync(
            new() { ReferralId = referral.Id, Page = new() { Size = 2, Token = first.NextPageToken } }, world.Operator);
        first.Documents.Concat(second.Documents).Select(d => d.Kind)
            .ShouldBe([DocumentKind.CourtOrder, DocumentKind.MedicationList, DocumentKind.Laboratory]);
        first.Documents[0].Reference.ShouldBe("shelf CourtOrder");
        second.NextPageToken.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Each_answer_that_decides_eligibility_is_read_with_who_gave_it_and_when(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var referral = await world.ReferAsync();
        async Task<IReadOnlyList<RecordedAnswer>> ReadAsync() =>
            (await world.Referrals.GetReferralAsync(new() { ReferralId = referral.Id }, world.Operator)).Answers;
        (await ReadAsync()).ShouldBeEmpty();
        var answers = World.Answers(referral.Id, no: EligibilityQuestion.IsStable);
        answers.Answers.Single(a => !a.Yes).Reason = "Needs detox first.\r\n\r\nAsk again on Monday. ";
        await world.Referrals.AnswerEligibilityAsync(answers, world.Operator);
        var first = await ReadAsync();
        first.Select(a => a.Question)
            .ShouldBe(Enum.GetValues<EligibilityQuestion>().Where(question => question != EligibilityQuestion.Unspecified));
        var no = first.Single(a => !a.Yes);
        (no.Question, no.Reason).ShouldBe((EligibilityQuestion.IsStable, "Needs detox first.\n\nAsk again on Monday."));
        var corrected = World.Answers(referral.Id);
        await world.Referrals.AnswerEligibilityAsync(corrected, world.Tokens.Clinician(world.Network));
        var second = await ReadAsync();
        second.Count.ShouldBe(6);
        second.ShouldAllBe(a => a.Yes && a.Reason.Length == 0);
        second.Select(a => a.AnsweredBy).Distinct().ShouldHaveSingleItem().ShouldNotBe(no.AnsweredBy);
        second.ShouldAllBe(a => a.AnsweredAt.ToDateTimeOffset() >= no.AnsweredAt.ToDateTimeOffset());
    }

    [Fact]
    public async Task A_document_has_a_kind_a_day_and_a_place_where_it_is_kept()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var referral = (await world.ReferAsync(Someone("Ann", "Papers", "1981-02-03"))).Referral;
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Referrals.ReceiveDocumentAsync(
            new() { RequestId = World.NewId(), ReferralId = referral.Id }, world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(["kind", "received_on", "reference"]);
        await World.FailureAsync(
            world.Referrals.ReceiveDocumentAsync(
                new() { RequestId = World.NewId(), ReferralId = referral.Id, Kind = DocumentKind.Other, ReceivedOn = World.Today(5), Reference = "x" },
                world.Operator),
            StatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Referrals_are_listed_by_status_for_those_who_may_see_the_person(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (here, program) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        var eligible = await world.ReferEligibleAsync();
        var received = await world.ReferAsync();
        async Task<IEnumerable<string>> ListAsync(Metadata headers, ReferralStatus status = ReferralStatus.Unspecified)
        {
            var ids = new List<string>();
            for (var token = ""; ;)
            {
                var page = await world.Referrals.ListReferralsAsync(
                    new() { Status = status, Page = new() { Size = 1, Token = token } }, headers);
                ids.AddRange(page.Referrals.Select(r => r.Id));
                if ((token = page.NextPageToken).Length == 0)
                    return ids;
            }
        }
        (await ListAsync(world.Operator)).ShouldBe([episode.ReferralId, eligible.Id, received.Id], ignoreOrder: true);
        (await ListAsync(world.Operator, ReferralStatus.Eligible)).ShouldBe([eligible.Id]);
        (await ListAsync(world.Tokens.SiteAdmin(world.Network, Guid.Parse(here))))
            .ShouldBe([episode.ReferralId, eligible.Id, received.Id], ignoreOrder: true);
        (await ListAsync(world.Tokens.SiteAdmin(world.Network, Guid.Parse(elsewhere))))
            .ShouldBe([eligible.Id, received.Id], ignoreOrder: true);
    }

    [Fact]
    public async Task A_referral_is_closed_once_with_a_reason_and_not_while_a_place_is_held()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var referral = await world.ReferEligibleAsync();
        AsyncUnaryCall<CloseReferralResponse> CloseAsync(ReferralStatus status, string reason, string etag) =>
            world.Referrals.CloseReferralAsync(
                new() { RequestId = World.NewId(), ReferralId = referral.Id, Status = status, Reason = reason, Etag = etag }, world.Operator);
        var etag = (await world.Referrals.GetReferralAsync(new() { ReferralId = referral.Id }, world.Operator)).Referral.Etag;
        await World.FailureAsync(CloseAsync(ReferralStatus.Admitted, "no", etag), StatusCode.InvalidArgument);
        await World.FailureAsync(CloseAsync(ReferralStatus.Declined, " ", etag), StatusCode.InvalidArgument);
        (await World.FailureAsync(CloseAsync(ReferralStatus.Declined, "no", "\"99\""), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        var offer = (await world.OfferAsync(referral.Id, program)).Offer;
        (await World.FailureAsync(CloseAsync(ReferralStatus.Declined, "no", etag), StatusCode.FailedPrecondition)).ShouldBe("OFFER_OPEN");
        await world.ReleaseAsync(offer.Id);
        var closed = (await CloseAsync(ReferralStatus.Withdrawn, "moved away", etag)).Referral;
        (closed.Status, closed.ClosingReason).ShouldBe((ReferralStatus.Withdrawn, "moved away"));
        (await World.FailureAsync(CloseAsync(ReferralStatus.Declined, "no", closed.Etag), StatusCode.FailedPrecondition)).ShouldBe("REFERRAL_CLOSED");
        (await World.FailureAsync(world.OfferAsync(referral.Id, program), StatusCode.FailedPrecondition)).ShouldBe("REFERRAL_CLOSED");
        (await World.FailureAsync(
            world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator), StatusCode.FailedPrecondition))
            .ShouldBe("REFERRAL_CLOSED");
    }

    [Fact]
    public async Task A_person_is_corrected_by_who_read_the_newest()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var id = (await world.ReferAsync(Someone("Ann", "Typo", "1981-02-03", "a-1"))).Referral.PersonId;
        var read = await world.PersonAsync(id);
        read.MemberIds.ShouldHaveSingleItem().MemberId_.ShouldBe("A1");
        var better = read.Clone();
        better.FamilyName = "Right";
        better.MemberIds.Add(new MemberId { PayerCode = "second", MemberId_ = "22" });
        better.MemberIds.RemoveAt(0);
        var updated = (await world.Persons.UpdatePersonAsync(
            new() { RequestId = World.NewId(), Person = better, Etag = read.Etag }, world.Operator)).Person;
        (await world.PersonAsync(id)).ShouldBe(updated);
        (updated.FamilyName, updated.MemberIds.Single().PayerCode).ShouldBe(("Right", "SECOND"));
        (await World.FailureAsync(
            world.Persons.UpdatePersonAsync(new() { RequestId = World.NewId(), Person = better, Etag = read.Etag }, world.Operator),
            StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
    }
}
