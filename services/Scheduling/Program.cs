using Platform.Scheduling;
using Platform.Shared.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("scheduling");
builder.AddScheduling();
var app = builder.Build();
app.MapPlatformDefaults();
app.MapScheduling();
return await app.RunPlatformAsync(args);
