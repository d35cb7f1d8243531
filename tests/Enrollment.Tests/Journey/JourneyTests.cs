using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Enrollment.Journey;

public sealed class JourneyTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_person_goes_from_referral_to_discharge(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (siteId, programId) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferEligibleAsync();
        var place = (await world.SearchAsync(Track.SubstanceUse, AgeGroup.Adult)).ShouldHaveSingleItem();
        place.ProgramId.ShouldBe(programId);
        place.Open.ShouldBe(1);

        var offer = (await world.OfferAsync(referral.Id, programId)).Offer;
        offer.Status.ShouldBe(OfferStatus.Held);
        (await world.SearchAsync()).ShouldBeEmpty();

        var episode = (await world.AdmitAsync(offer.Id)).Episode;
        episode.Status.ShouldBe(EpisodeStatus.Admitted);
        episode.PersonId.ShouldBe(referral.PersonId);
        var capacity = await world.CapacityAsync(programId);
        (capacity.Licensed, capacity.Occupied, capacity.Held).ShouldBe((1, 1, 0));
        var listed = await world.Episodes.ListEpisodesAsync(
            new ListEpisodesRequest { SiteId = siteId, Status = EpisodeStatus.Admitted }, world.Operator);
        listed.Episodes.ShouldHaveSingleItem().ShouldBe(episode);

        var discharged = (await world.DischargeAsync(episode)).Episode;
        discharged.Status.ShouldBe(EpisodeStatus.Discharged);
        discharged.Disposition.ShouldBe(Disposition.Completed);
        discharged.Etag.ShouldNotBe(episode.Etag);
        (await world.SearchAsync()).ShouldHaveSingleItem().Open.ShouldBe(1);
        await world.ShouldBalanceAsync(programId);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_full_program_offers_no_place_until_one_is_free(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, programId) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(programId);
        var next = await world.ReferEligibleAsync();
        (await World.FailureAsync(world.OfferAsync(next.Id, programId), StatusCode.ResourceExhausted)).ShouldBe("PROGRAM_FULL");
        await world.DischargeAsync(episode);
        (await world.OfferAsync(next.Id, programId)).Offer.Status.ShouldBe(OfferStatus.Held);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task An_offer_whose_time_ran_out_admits_nobody_and_its_place_goes_to_the_next(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, programId) = await world.OpenProgramAsync(licensed: 1);
        var first = await world.ReferEligibleAsync();
        var second = await world.ReferEligibleAsync();
        var offer = (await world.OfferAsync(first.Id, programId)).Offer;
        await world.RunOutAsync(offer.Id);
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_LAPSED");
        var next = (await world.OfferAsync(second.Id, programId)).Offer;
        (await world.AdmitAsync(next.Id)).Episode.PersonId.ShouldBe(second.PersonId);
        await world.ShouldBalanceAsync(programId);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_sweeper_gives_back_the_places_of_lapsed_offers(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, programId) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferEligibleAsync();
        var offer = (await world.OfferAsync(referral.Id, programId)).Offer;
        await world.RunOutAsync(offer.Id);
        await Eventually.TrueAsync(
            async () => (await world.CapacityAsync(programId)).Held == 0, "the held place to be given back");
        (await world.SearchAsync()).ShouldHaveSingleItem();
        await world.ShouldBalanceAsync(programId);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_repeated_request_has_one_effect_and_the_first_answer(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, programId) = await world.OpenProgramAsync(licensed: 5);
        var referral = await world.ReferEligibleAsync();
        var (offerRequest, admitRequest, dischargeRequest) = (World.NewId(), World.NewId(), World.NewId());
        var offers = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            async _ => (await world.OfferAsync(referral.Id, programId, offerRequest)).Offer));
        offers.Distinct().ShouldHaveSingleItem();
        var episodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            async _ => (await world.AdmitAsync(offers[0].Id, admitRequest)).Episode));
        episodes.Distinct().ShouldHaveSingleItem();
        var discharges = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            async _ => (await world.DischargeAsync(episodes[0], dischargeRequest)).Episode));
        discharges.Distinct().ShouldHaveSingleItem();
        var capacity = await world.CapacityAsync(programId);
        (capacity.Occupied, capacity.Held, capacity.Version).ShouldBe((0, 0, 4));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_two_who_press_the_button_at_once_one_makes_the_offer_and_one_the_admission(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, programId) = await world.OpenProgramAsync(licensed: 5);
        var referral = await world.ReferEligibleAsync();
        var offers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CodeAsync(world.OfferAsync(referral.Id, programId))));
        offers.Order().ShouldBe(["", "OFFER_OPEN", "OFFER_OPEN", "OFFER_OPEN"]);
        var id = await world.ReadAsync((db, ct) => db.Offers.Select(o => o.Id).SingleAsync(ct));
        var admissions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CodeAsync(world.AdmitAsync(id.ToString()))));
        admissions.Order().ShouldBe(["", "OFFER_ACCEPTED", "OFFER_ACCEPTED", "OFFER_ACCEPTED"]);
        await world.ShouldBalanceAsync(programId);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_person_is_in_one_program_at_a_time(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, here) = await world.OpenProgramAsync(licensed: 5);
        var (_, there) = await world.OpenProgramAsync(licensed: 5);
        var (first, second) = (await world.ReferEligibleAsync(), await world.ReferEligibleAsync());
        var (one, other) = ((await world.OfferAsync(first.Id, here)).Offer.Id, (await world.OfferAsync(second.Id, there)).Offer.Id);
        await world.Persons.MergePersonsAsync(
            new() { RequestId = World.NewId(), KeepPersonId = first.PersonId, MergePersonId = second.PersonId, Reason = "one person" },
            world.Operator);
        (await Task.WhenAll(new[] { one, other }.Select(offer => CodeAsync(world.AdmitAsync(offer)))))
            .ShouldBe(["PERSON_OFFER_OPEN", "PERSON_OFFER_OPEN"]);
        await world.ReleaseAsync(other);
        (await CodeAsync(world.AdmitAsync(one))).ShouldBe("");
        (await CodeAsync(world.OfferAsync(second.Id, there))).ShouldBe("EPISODE_OPEN");
        await world.ShouldBalanceAsync(here);
        await world.ShouldBalanceAsync(there);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_of_another_network_or_site_does_not_exist(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var other = await hosts.WorldAsync(store);
        var (siteId, programId) = await world.OpenProgramAsync(licensed: 5);
        var (otherSite, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(programId);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(otherSite));
        foreach (var headers in new[] { other.Operator, stranger })
        {
            await World.FailureAsync(world.Sites.GetSiteAsync(new() { SiteId = siteId }, headers), StatusCode.NotFound);
            await World.FailureAsync(
                world.Placement.GetCapacityAsync(new() { ProgramId = programId }, headers), StatusCode.NotFound);
            await World.FailureAsync(world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, headers), StatusCode.NotFound);
            await World.FailureAsync(
                world.Episodes.ListEpisodesAsync(new() { SiteId = siteId }, headers), StatusCode.NotFound);
            await World.FailureAsync(
                world.Persons.GetPersonAsync(new() { PersonId = episode.PersonId, Purpose = Purpose.Treatment }, headers),
                StatusCode.NotFound);
            (await world.SearchAsync(headers: headers)).ShouldNotContain(place => place.SiteId == siteId);
        }
        (await world.Sites.ListSitesAsync(new(), stranger)).Sites.ShouldHaveSingleItem().Id.ShouldBe(otherSite);
        (await world.Sites.ListSitesAsync(new(), other.Operator)).Sites.ShouldBeEmpty();
        var own = world.Tokens.Clinician(world.Network, Guid.Parse(siteId));
        (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, own)).Episode.ShouldBe(episode);
    }

    [Fact]
    public async Task An_unknown_program_is_not_found()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var referral = await world.ReferEligibleAsync();
        await World.FailureAsync(world.OfferAsync(referral.Id, World.NewId()), StatusCode.NotFound);
        await World.FailureAsync(
            world.Placement.GetCapacityAsync(new() { ProgramId = World.NewId() }, world.Operator), StatusCode.NotFound);
    }

    [Fact]
    public async Task A_payer_reads_no_person()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var referral = await world.ReferAsync();
        await World.FailureAsync(
            world.Persons.GetPersonAsync(
                new() { PersonId = referral.PersonId, Purpose = Purpose.Payment }, world.Tokens.Payer(world.Network, Guid.NewGuid())),
            StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_person_is_read_for_payment_only_while_a_consent_covers_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var referral = await world.ReferAsync();
        await world.ConsentAsync(referral.PersonId, Purpose.Treatment);
        var request = new GetPersonRequest { PersonId = referral.PersonId, Purpose = Purpose.Payment };
        var billing = TestTokens.Bearer(world.Tokens.Mint(CallerRole.Operator, world.Network, []));
        (await World.FailureAsync(world.Persons.GetPersonAsync(request, billing), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
        var consent = await world.ConsentAsync(referral.PersonId, Purpose.Payment);
        (await world.Persons.GetPersonAsync(request, billing)).Person.Diagnosis.ShouldBe("F1020");
        await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);
        (await World.FailureAsync(world.Persons.GetPersonAsync(request, billing), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
    }

    [Fact]
    public async Task Every_step_with_a_persons_record_is_audited()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, programId) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(programId);
        await world.Persons.GetPersonAsync(new() { PersonId = episode.PersonId, Purpose = Purpose.Treatment }, world.Operator);
        await world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, world.Operator);
        await world.Episodes.ListEpisodesAsync(new() { SiteId = episode.SiteId }, world.Operator);
        await world.DischargeAsync(episode);
        var actions = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT action AS \"Value\" FROM audit_entry WHERE person_id = {Guid.Parse(episode.PersonId)} ORDER BY sequence")
            .ToListAsync(ct));
        actions.ShouldBe(
        [
            "person.create", "referral.create", "referral.answer-eligibility", "consent.record", "offer.make", "episode.admit",
            "person.read", "episode.read", "episode.list", "episode.discharge",
        ]);
    }

    internal static async Task<string> CodeAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return "";
        }
        catch (RpcException e)
        {
            return Platform.Shared.Errors.ErrorDetails.ToDomainError(e)?.Code ?? $"{e.Status}";
        }
    }
}
