using Platform.Enrollment;
using Platform.Shared.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("enrollment");
builder.AddEnrollment();
var app = builder.Build();
app.MapPlatformDefaults();
app.MapEnrollment();
return await app.RunPlatformAsync(args);
