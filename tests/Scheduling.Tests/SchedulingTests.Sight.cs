using Grpc.Core;
using Platform.Scheduling.V1;

namespace Platform.Scheduling.Tests;

public abstract partial class SchedulingTests
{
    [Fact]
    public async Task Another_network_and_another_site_see_nothing()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        foreach (var stranger in new[] { _tokens.Operator(Guid.CreateVersion7()), _tokens.SiteAdmin(_network, Guid.CreateVersion7()) })
        {
            (await StatusOfAsync(() => Groups.GetGroupAsync(new GetGroupRequest { GroupId = group.Id }, stranger).ResponseAsync))
                .ShouldBe(StatusCode.NotFound);
        }

        (await StatusOfAsync(() => Groups.GetGroupAsync(new GetGroupRequest { GroupId = group.Id }, _tokens.Payer(_network, Guid.CreateVersion7())).ResponseAsync))
            .ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_clinician_of_several_sites_is_shown_with_those_that_the_caller_sees()
    {
        var elsewhere = NewId();
        var id = await RegisterAsync(alsoAt: elsewhere);
        var here = _tokens.SiteAdmin(_network, Known.SiteId);
        (await Clinicians.GetClinicianAsync(new GetClinicianRequest { ClinicianId = id }, here)).Clinician.SiteIds
            .ShouldBe([Known.SiteId.ToString()]);
        (await Clinicians.ListCliniciansAsync(new ListCliniciansRequest { SiteId = Known.SiteId.ToString() }, here)).Clinicians
            .Single(c => c.Id == id).SiteIds.ShouldBe([Known.SiteId.ToString()]);
        (await Clinicians.GetClinicianAsync(new GetClinicianRequest { ClinicianId = id }, _headers)).Clinician.SiteIds
            .ShouldBe([Known.SiteId.ToString(), elsewhere], ignoreOrder: true);
    }
}
