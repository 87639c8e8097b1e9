<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="da_DK" sourcelanguage="en">
<context>
    <name>AlreadyBooked</name>
    <message>
        <source>The patient already has a video appointment {when} with {name}.</source>
        <translation>Patienten har allerede en videoaftale {when} hos {name}.</translation>
    </message>
    <message>
        <source>The patient already has a video appointment {when}.</source>
        <translation>Patienten har allerede en videoaftale {when}.</translation>
    </message>
</context>
<context>
    <name>BookingBar</name>
    <message>
        <source>Other times</source>
        <translation>Andre tider</translation>
    </message>
    <message>
        <source>Video now</source>
        <translation>Video nu</translation>
    </message>
    <message>
        <source>Make a room at once and send the link by SMS</source>
        <translation>Opret et rum med det samme, og send linket på SMS</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Ring op</translation>
    </message>
    <message>
        <source>Video {when}</source>
        <translation>Video {when}</translation>
    </message>
    <message>
        <source>Book the video and send the link by SMS</source>
        <translation>Book videoen, og send linket på SMS</translation>
    </message>
    <message>
        <source>Looking for a time …</source>
        <translation>Finder en tid …</translation>
    </message>
    <message>
        <source>No free video time</source>
        <translation>Ingen ledig videotid</translation>
    </message>
    <message>
        <source>Use Video now, or make a free time in the record system&apos;s calendar.</source>
        <translation>Brug Video nu, eller opret en ledig tid i lægesystemets kalender.</translation>
    </message>
    <message>
        <source>Another time …</source>
        <translation>Anden tid …</translation>
    </message>
</context>
<context>
    <name>BookingPanel</name>
    <message>
        <source>Phone</source>
        <translation>Ring op</translation>
    </message>
    <message>
        <source>Phoning {number}</source>
        <translation>Ringer til {number}</translation>
    </message>
    <message>
        <source>Book {when} instead</source>
        <translation>Book {when} i stedet</translation>
    </message>
</context>
<context>
    <name>BookingRow</name>
    <message>
        <source>Cancel appointment</source>
        <translation>Aflys</translation>
    </message>
    <message>
        <source>Finish …</source>
        <translation>Afslut …</translation>
    </message>
    <message>
        <source>Write how the consultation ended</source>
        <translation>Skriv, hvordan konsultationen endte</translation>
    </message>
    <message>
        <source>Cancel and tell the patient by SMS</source>
        <translation>Aflys, og giv patienten besked på SMS</translation>
    </message>
    <message>
        <source>Cancelled: {what} {when}</source>
        <translation>Aflyst: {what} {when}</translation>
    </message>
    <message>
        <source>{outcome} {when}</source>
        <translation>{outcome} {when}</translation>
    </message>
    <message>
        <source>{what} – made {when}</source>
        <translation>{what} – oprettet {when}</translation>
    </message>
    <message>
        <source>{what} {when}</source>
        <translation>{what} {when}</translation>
    </message>
    <message>
        <source>Nothing was sent to the patient.</source>
        <translation>Der er ikke sendt noget til patienten.</translation>
    </message>
    <message>
        <source>{what} {when}. Phone the patient.</source>
        <translation>{what} {when}. Ring til patienten.</translation>
    </message>
    <message>
        <source>Code to read aloud: {code}</source>
        <translation>Kode til oplæsning: {code}</translation>
    </message>
    <message>
        <source>Phone {number}</source>
        <translation>Ring til {number}</translation>
    </message>
    <message>
        <source>Book {when} instead</source>
        <translation>Book {when} i stedet</translation>
    </message>
    <message>
        <source>Undo ({seconds})</source>
        <translation>Fortryd ({seconds})</translation>
    </message>
    <message>
        <source>{what} {when} is not in the calendar.</source>
        <translation>{what} {when} står ikke i kalenderen.</translation>
    </message>
    <message>
        <source>The room is being made ready …</source>
        <translation>Rummet gøres klar …</translation>
    </message>
    <message>
        <source>The SMS is sent as soon as the record system has confirmed the time.</source>
        <translation>SMS&apos;en sendes, så snart lægesystemet har sagt ja til tiden.</translation>
    </message>
    <message>
        <source>Move to {when}</source>
        <translation>Flyt til {when}</translation>
    </message>
    <message>
        <source>Cancelled by {name}: {what} {when}</source>
        <translation>Aflyst af {name}: {what} {when}</translation>
    </message>
    <message>
        <source>The appointment still stands {when}.</source>
        <translation>Aftalen står stadig {when}.</translation>
    </message>
    <message>
        <source>Being moved from {when}</source>
        <translation>Flyttes fra {when}</translation>
    </message>
    <message>
        <source>Moved by {name}</source>
        <translation>Flyttet af {name}</translation>
    </message>
    <message>
        <source>The new time was taken by {who}</source>
        <translation>Den nye tid blev taget af {who}</translation>
    </message>
    <message>
        <source>The time {when} was taken by {who}</source>
        <translation>Tiden {when} blev taget af {who}</translation>
    </message>
    <message>
        <source>Being extended to {time}</source>
        <translation>Forlænges til {time}</translation>
    </message>
    <message>
        <source>Extended to {time}; in the calendar to {end}: the time after it is taken</source>
        <translation>Forlænget til {time}; i kalenderen til {end}: tiden efter er optaget</translation>
    </message>
    <message>
        <source>Extended to {time}; in the calendar to {end}</source>
        <translation>Forlænget til {time}; i kalenderen til {end}</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>Sent when the patient is connected</source>
        <translation>Sendes, når patienten er forbundet</translation>
    </message>
</context>
<context>
    <name>CalendarScreen</name>
    <message>
        <source>Calendar</source>
        <translation>Kalender</translation>
    </message>
    <message>
        <source>Loading the calendar …</source>
        <translation>Henter kalenderen …</translation>
    </message>
    <message>
        <source>Nothing in the calendar that day</source>
        <translation>Intet i kalenderen den dag</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>The calendar is still being fetched: it is not whole yet.</source>
        <translation>Kalenderen hentes stadig og er ikke fuldstændig endnu.</translation>
    </message>
    <message>
        <source>No appointment chosen</source>
        <translation>Ingen aftale valgt</translation>
    </message>
    <message>
        <source>Choose one to see the patient.</source>
        <translation>Vælg en for at se patienten.</translation>
    </message>
</context>
<context>
    <name>CallControls</name>
    <message>
        <source>Continue on telephone</source>
        <translation>Fortsæt på telefon</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Afslut</translation>
    </message>
    <message>
        <source>The patient is told that you phone; the consultation goes on</source>
        <translation>Patienten får besked om, at du ringer; konsultationen fortsætter</translation>
    </message>
    <message>
        <source>End the consultation</source>
        <translation>Afslut konsultationen</translation>
    </message>
    <message>
        <source>Mute microphone</source>
        <translation>Sluk mikrofon</translation>
    </message>
    <message>
        <source>Unmute microphone</source>
        <translation>Tænd mikrofon</translation>
    </message>
    <message>
        <source>Turn camera off</source>
        <translation>Sluk kamera</translation>
    </message>
    <message>
        <source>Turn camera on</source>
        <translation>Tænd kamera</translation>
    </message>
    <message>
        <source>Large window</source>
        <translation>Stort vindue</translation>
    </message>
    <message>
        <source>Small, always in sight</source>
        <translation>Lille, altid øverst</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Enheder</translation>
    </message>
    <message>
        <source>Choose camera, microphone and loudspeaker, and try the sound</source>
        <translation>Vælg kamera, mikrofon og højttaler, og prøv lyden</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Forlad fuld skærm</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Fuld skærm</translation>
    </message>
</context>
<context>
    <name>CallFace</name>
    <message>
        <source>Video – {name}</source>
        <translation>Video – {name}</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Varighed</translation>
    </message>
    <message>
        <source>Opening camera and microphone …</source>
        <translation>Åbner kamera og mikrofon …</translation>
    </message>
</context>
<context>
    <name>CallNotices</name>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>Try video again</source>
        <translation>Prøv video igen</translation>
    </message>
    <message>
        <source>Continue on telephone</source>
        <translation>Fortsæt på telefon</translation>
    </message>
    <message>
        <source>End this one before you let {name} in.</source>
        <translation>Afslut denne, før du lukker {name} ind.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>One conversation at a time</source>
        <translation>Én samtale ad gangen</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Enheder</translation>
    </message>
    <message>
        <source>More picture</source>
        <translation>Mere billede</translation>
    </message>
    <message>
        <source>Extend by {count} min</source>
        <translation>Forlæng {count} min</translation>
    </message>
    <message>
        <source>Gives the conversation more time, in the calendar too</source>
        <translation>Giver samtalen mere tid, også i kalenderen</translation>
    </message>
</context>
<context>
    <name>CallSentences</name>
    <message>
        <source>Getting ready</source>
        <translation>Gør klar</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Forbinder</translation>
    </message>
    <message>
        <source>Reconnecting</source>
        <translation>Forbinder igen</translation>
    </message>
    <message>
        <source>On the telephone</source>
        <translation>På telefon</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Slut</translation>
    </message>
    <message>
        <source>Sound only</source>
        <translation>Kun lyd</translation>
    </message>
    <message>
        <source>Picture and sound</source>
        <translation>Billede og lyd</translation>
    </message>
    <message>
        <source>Only sound comes through just now. You can talk to each other.</source>
        <translation>Kun lyden kommer igennem lige nu. I kan tale sammen.</translation>
    </message>
    <message>
        <source>Opening camera and microphone …</source>
        <translation>Åbner kamera og mikrofon …</translation>
    </message>
    <message>
        <source>Connecting to the patient …</source>
        <translation>Forbinder til patienten …</translation>
    </message>
    <message>
        <source>The connection was lost. It is being restored …</source>
        <translation>Forbindelsen røg. Den er ved at blive genskabt …</translation>
    </message>
    <message>
        <source>The call has ended.</source>
        <translation>Samtalen er slut.</translation>
    </message>
    <message>
        <source>The patient asks to be phoned instead</source>
        <translation>Patienten beder om at blive ringet op i stedet</translation>
    </message>
    <message>
        <source>The video keeps failing</source>
        <translation>Videoen bliver ved med at svigte</translation>
    </message>
    <message>
        <source>The video does not get through</source>
        <translation>Videoen kommer ikke igennem</translation>
    </message>
    <message>
        <source>Smaller picture</source>
        <translation>Mindre billede</translation>
    </message>
    <message>
        <source>Sound only. The picture comes back by itself when there is room for it.</source>
        <translation>Kun lyd. Billedet kommer igen af sig selv, når der er plads til det.</translation>
    </message>
    <message>
        <source>The sound does not get through well</source>
        <translation>Lyden kommer dårligt igennem</translation>
    </message>
    <message>
        <source>Sound only, so that you can hear each other</source>
        <translation>Kun lyd, så I kan høre hinanden</translation>
    </message>
    <message>
        <source>Smaller picture, so that the sound holds</source>
        <translation>Lavere billedkvalitet for at holde lyden</translation>
    </message>
    <message>
        <source>This PC cannot keep up. The picture comes back by itself.</source>
        <translation>Denne pc kan ikke følge med. Billedet kommer igen af sig selv.</translation>
    </message>
    <message>
        <source>The line carries little just now. The picture comes back by itself.</source>
        <translation>Forbindelsen kan ikke bære mere lige nu. Billedet kommer igen af sig selv.</translation>
    </message>
</context>
<context>
    <name>CallStage</name>
    <message>
        <source>The patient&apos;s picture</source>
        <translation>Patientens billede</translation>
    </message>
    <message>
        <source>Your own picture</source>
        <translation>Dit eget billede</translation>
    </message>
</context>
<context>
    <name>CallTime</name>
    <message>
        <source>Extended to {time}</source>
        <translation>Forlænget til kl. {time}</translation>
    </message>
    <message>
        <source>The time was up at {time}</source>
        <translation>Tiden udløb kl. {time}</translation>
    </message>
    <message>
        <source>The time is up in {count} min.</source>
        <translation>Tiden er gået om {count} min.</translation>
    </message>
    <message>
        <source>The next patient, at {time}, is waiting already.</source>
        <translation>Næste patient kl. {time} venter allerede.</translation>
    </message>
    <message>
        <source>Next patient at {time}.</source>
        <translation>Næste patient kl. {time}.</translation>
    </message>
    <message>
        <source>The calendar gets the new end as soon as the record system answers.</source>
        <translation>Kalenderen får den nye sluttid, så snart lægesystemet svarer.</translation>
    </message>
    <message>
        <source>The calendar has the new end.</source>
        <translation>Kalenderen har den nye sluttid.</translation>
    </message>
    <message>
        <source>In the calendar it still ends at {time}:</source>
        <translation>I kalenderen slutter aftalen stadig kl. {time}:</translation>
    </message>
    <message>
        <source>the appointment was changed by others meanwhile, and waits for you to choose.</source>
        <translation>aftalen blev ændret af andre imens, og du skal vælge bagefter.</translation>
    </message>
    <message>
        <source>the time after it is taken.</source>
        <translation>tiden efter er optaget.</translation>
    </message>
    <message>
        <source>there the time was not changed.</source>
        <translation>tiden blev ikke ændret der.</translation>
    </message>
    <message>
        <source>There are no more appointments today.</source>
        <translation>Der er ikke flere aftaler i dag.</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>Write to the patient here, such as a name, a dose or a link. Nothing of it is saved.</source>
        <translation>Skriv til patienten her, f.eks. et navn, en dosis eller et link. Intet af det bliver gemt.</translation>
    </message>
    <message>
        <source>The patient</source>
        <translation>Patienten</translation>
    </message>
    <message>
        <source>Write to the patient</source>
        <translation>Skriv til patienten</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>The clinic</source>
        <translation>Klinikken</translation>
    </message>
    <message>
        <source>{number} characters too many</source>
        <translation>{number} tegn for meget</translation>
    </message>
</context>
<context>
    <name>ClinicianChoice</name>
    <message>
        <source>Clinician</source>
        <translation>Læge</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Hos</translation>
    </message>
</context>
<context>
    <name>Conflict</name>
    <message>
        <source>somebody else</source>
        <translation>en anden</translation>
    </message>
    <message>
        <source>{theirs}, {mine}</source>
        <translation>{theirs}, {mine}</translation>
    </message>
    <message>
        <source>Let the other change stand</source>
        <translation>Lad den anden ændring stå</translation>
    </message>
    <message>
        <source>Let {whose} change stand</source>
        <translation>Lad {whose} ændring stå</translation>
    </message>
    <message>
        <source>Move it all the same</source>
        <translation>Gennemfør min flytning alligevel</translation>
    </message>
    <message>
        <source>Cancel it all the same</source>
        <translation>Gennemfør min aflysning alligevel</translation>
    </message>
    <message>
        <source>Save my outcome all the same</source>
        <translation>Gem min afslutning alligevel</translation>
    </message>
    <message>
        <source>{who} cancelled the appointment</source>
        <translation>{who} aflyste aftalen</translation>
    </message>
    <message>
        <source>{who} finished the appointment</source>
        <translation>{who} afsluttede aftalen</translation>
    </message>
    <message>
        <source>{who} moved the appointment</source>
        <translation>{who} flyttede aftalen</translation>
    </message>
    <message>
        <source>{who} gave the appointment to another clinician</source>
        <translation>{who} gav aftalen til en anden læge</translation>
    </message>
    <message>
        <source>{who} changed the appointment</source>
        <translation>{who} ændrede aftalen</translation>
    </message>
    <message>
        <source>while you moved it</source>
        <translation>mens du flyttede den</translation>
    </message>
    <message>
        <source>while you cancelled it</source>
        <translation>mens du aflyste den</translation>
    </message>
    <message>
        <source>while you finished it</source>
        <translation>mens du afsluttede den</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Tid</translation>
    </message>
    <message>
        <source>With</source>
        <translation>Hos</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>another clinician</source>
        <translation>en anden læge</translation>
    </message>
    <message>
        <source>Booked</source>
        <translation>Står</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Aflyst</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Afsluttet</translation>
    </message>
</context>
<context>
    <name>ConflictCard</name>
    <message>
        <source>Nothing is changed until you have chosen.</source>
        <translation>Der ændres intet, før du har valgt.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Felt</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Før</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Dig</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>A conversation is going on</source>
        <translation>En samtale er i gang</translation>
    </message>
    <message>
        <source>Close the window once more to end it.</source>
        <translation>Luk vinduet en gang til for at afslutte den.</translation>
    </message>
    <message>
        <source>A consultation has not been saved in the record</source>
        <translation>En konsultation er ikke gemt i journalen</translation>
    </message>
    <message>
        <source>Close the window once more to leave without saving.</source>
        <translation>Luk vinduet én gang til for at lukke uden at gemme.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Vis den</translation>
    </message>
</context>
<context>
    <name>DanishTime</name>
    <message>
        <source>today</source>
        <translation>i dag</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>i morgen</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>i går</translation>
    </message>
    <message>
        <source>at {time}</source>
        <translation>kl. {time}</translation>
    </message>
</context>
<context>
    <name>DayBar</name>
    <message>
        <source>Today</source>
        <translation>I dag</translation>
    </message>
    <message>
        <source>Clinician</source>
        <translation>Læge</translation>
    </message>
    <message>
        <source>All clinicians</source>
        <translation>Alle læger</translation>
    </message>
    <message>
        <source>The day before</source>
        <translation>Dagen før</translation>
    </message>
    <message>
        <source>The day after</source>
        <translation>Dagen efter</translation>
    </message>
</context>
<context>
    <name>DayModel</name>
    <message>
        <source>Taken</source>
        <translation>Optaget</translation>
    </message>
</context>
<context>
    <name>DevicePage</name>
    <message>
        <source>Your own picture</source>
        <translation>Dit eget billede</translation>
    </message>
    <message>
        <source>How loud your voice is</source>
        <translation>Hvor kraftig din stemme er</translation>
    </message>
    <message>
        <source>Try the sound</source>
        <translation>Prøv lyden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>You have turned the camera off in the call.</source>
        <translation>Du har slukket kameraet i samtalen.</translation>
    </message>
    <message>
        <source>You are muted: the patient does not hear you.</source>
        <translation>Din mikrofon er slukket: Patienten hører dig ikke.</translation>
    </message>
</context>
<context>
    <name>DeviceWindow</name>
    <message>
        <source>Camera and sound</source>
        <translation>Kamera og lyd</translation>
    </message>
</context>
<context>
    <name>DeviceWords</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Højttaler</translation>
    </message>
    <message>
        <source>None found</source>
        <translation>Ingen fundet</translation>
    </message>
    <message>
        <source>As the PC is set up ({name})</source>
        <translation>Som pc&apos;en er sat op ({name})</translation>
    </message>
    <message>
        <source>{name} was unplugged.</source>
        <translation>{name} blev taget ud.</translation>
    </message>
    <message>
        <source>{name} was plugged in.</source>
        <translation>{name} blev sat i.</translation>
    </message>
    <message>
        <source>The PC was set to another device.</source>
        <translation>Pc&apos;en blev sat til en anden enhed.</translation>
    </message>
    <message>
        <source>No camera is left.</source>
        <translation>Der er intet kamera tilbage.</translation>
    </message>
    <message>
        <source>No microphone is left.</source>
        <translation>Der er ingen mikrofon tilbage.</translation>
    </message>
    <message>
        <source>No loudspeaker is left.</source>
        <translation>Der er ingen højttaler tilbage.</translation>
    </message>
    <message>
        <source>Camera now: {name}.</source>
        <translation>Kamera nu: {name}.</translation>
    </message>
    <message>
        <source>Microphone now: {name}.</source>
        <translation>Mikrofon nu: {name}.</translation>
    </message>
    <message>
        <source>Loudspeaker now: {name}.</source>
        <translation>Højttaler nu: {name}.</translation>
    </message>
    <message>
        <source>Plays a chime, then records your voice and plays it to you.</source>
        <translation>Spiller en kort tone, optager din stemme og afspiller den for dig.</translation>
    </message>
    <message>
        <source>Can you hear the chime?</source>
        <translation>Kan du høre tonen?</translation>
    </message>
    <message>
        <source>Say something now …</source>
        <translation>Sig noget nu …</translation>
    </message>
    <message>
        <source>This is how the patient hears you …</source>
        <translation>Sådan hører patienten dig …</translation>
    </message>
    <message>
        <source>Your voice is heard clearly</source>
        <translation>Din stemme høres tydeligt</translation>
    </message>
    <message>
        <source>If you heard neither chime nor voice, choose another loudspeaker.</source>
        <translation>Vælg en anden højttaler, hvis du hverken hørte tonen eller stemmen.</translation>
    </message>
    <message>
        <source>Your voice is faint</source>
        <translation>Din stemme er svag</translation>
    </message>
    <message>
        <source>Move closer to the microphone, or turn it up on the PC.</source>
        <translation>Gå tættere på mikrofonen, eller skru op for den på pc&apos;en.</translation>
    </message>
    <message>
        <source>Nothing was heard</source>
        <translation>Der blev ikke hørt noget</translation>
    </message>
    <message>
        <source>See whether the microphone is muted at its cable, or choose another one.</source>
        <translation>Se efter, om mikrofonen er slået fra på ledningen, eller vælg en anden.</translation>
    </message>
</context>
<context>
    <name>DevicesCard</name>
    <message>
        <source>Camera and sound</source>
        <translation>Kamera og lyd</translation>
    </message>
    <message>
        <source>Choose camera, microphone and loudspeaker, see your own picture and hear your own voice.</source>
        <translation>Vælg kamera, mikrofon og højttaler, se dit eget billede og hør din egen stemme.</translation>
    </message>
    <message>
        <source>Try camera and sound</source>
        <translation>Prøv kamera og lyd</translation>
    </message>
</context>
<context>
    <name>ErrorTexts</name>
    <message>
        <source>No connection to the record system</source>
        <translation>Ingen forbindelse til lægesystemet</translation>
    </message>
    <message>
        <source>Work on: all is saved here, and sent when the connection is back.</source>
        <translation>Arbejd bare videre: alt gemmes her og sendes, når forbindelsen er tilbage.</translation>
    </message>
    <message>
        <source>The record system answers slowly</source>
        <translation>Lægesystemet svarer langsomt</translation>
    </message>
    <message>
        <source>Work on: what you do is saved here and sent as soon as it answers.</source>
        <translation>Arbejd bare videre: det, du gør, gemmes her og sendes, så snart det svarer.</translation>
    </message>
    <message>
        <source>The record system reports a fault</source>
        <translation>Lægesystemet melder fejl</translation>
    </message>
    <message>
        <source>Phone the supplier of the record system if it lasts more than ten minutes.</source>
        <translation>Ring til lægesystemets leverandør, hvis det varer mere end ti minutter.</translation>
    </message>
    <message>
        <source>The record system&apos;s answer could not be read</source>
        <translation>Lægesystemets svar kunne ikke læses</translation>
    </message>
    <message>
        <source>Check that the address of the record system in the settings is right.</source>
        <translation>Kontrollér, at lægesystemets adresse er rigtig i indstillingerne.</translation>
    </message>
    <message>
        <source>The record system refused</source>
        <translation>Lægesystemet sagde nej</translation>
    </message>
    <message>
        <source>Check that this clinic&apos;s access to the record system is still valid.</source>
        <translation>Kontrollér, at klinikkens adgang til lægesystemet stadig gælder.</translation>
    </message>
    <message>
        <source>Changed by somebody else at the same time</source>
        <translation>Ændret af en anden samtidig</translation>
    </message>
    <message>
        <source>Look at the newest version in the record system, then decide again.</source>
        <translation>Se den nyeste udgave i lægesystemet, og tag stilling igen.</translation>
    </message>
    <message>
        <source>The time has just been taken</source>
        <translation>Tiden er lige blevet taget</translation>
    </message>
    <message>
        <source>Choose the next free time.</source>
        <translation>Vælg den næste ledige tid.</translation>
    </message>
    <message>
        <source>No free video time</source>
        <translation>Ingen ledig videotid</translation>
    </message>
    <message>
        <source>Use Video now, or make a free time in the record system&apos;s calendar.</source>
        <translation>Brug Video nu, eller opret en ledig tid i lægesystemets kalender.</translation>
    </message>
    <message>
        <source>SMS cannot be sent just now</source>
        <translation>Der kan ikke sendes SMS lige nu</translation>
    </message>
    <message>
        <source>It is tried again by itself. Phone the patient if it is urgent.</source>
        <translation>Der forsøges igen af sig selv. Ring til patienten, hvis det haster.</translation>
    </message>
    <message>
        <source>The number cannot receive SMS</source>
        <translation>Nummeret kan ikke modtage SMS</translation>
    </message>
    <message>
        <source>Phone the patient and ask for a mobile number.</source>
        <translation>Ring til patienten, og spørg efter et mobilnummer.</translation>
    </message>
    <message>
        <source>The SMS did not arrive</source>
        <translation>SMS&apos;en kom ikke frem</translation>
    </message>
    <message>
        <source>Phone the patient.</source>
        <translation>Ring til patienten.</translation>
    </message>
    <message>
        <source>The patient has no telephone number</source>
        <translation>Patienten har intet telefonnummer</translation>
    </message>
    <message>
        <source>Write a mobile number in the record system and book again.</source>
        <translation>Skriv et mobilnummer i lægesystemet, og book igen.</translation>
    </message>
    <message>
        <source>The telephone number is not valid</source>
        <translation>Telefonnummeret er ikke gyldigt</translation>
    </message>
    <message>
        <source>Correct the number in the record system and book again.</source>
        <translation>Ret nummeret i lægesystemet, og book igen.</translation>
    </message>
    <message>
        <source>No connection to the video service</source>
        <translation>Ingen forbindelse til videotjenesten</translation>
    </message>
    <message>
        <source>It is tried again by itself. Phone the patient if it is time.</source>
        <translation>Der forsøges igen af sig selv. Ring til patienten, hvis det er tid.</translation>
    </message>
    <message>
        <source>The video service refused to make a room</source>
        <translation>Videotjenesten ville ikke oprette et rum</translation>
    </message>
    <message>
        <source>Phone the patient, and tell whoever runs the video service.</source>
        <translation>Ring til patienten, og giv besked til dem, der driver videotjenesten.</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>Intet kamera fundet</translation>
    </message>
    <message>
        <source>The patient sees a test picture. Plug in a camera to be seen.</source>
        <translation>Patienten ser et testbillede. Sæt et kamera til for at blive set.</translation>
    </message>
    <message>
        <source>The camera is used by another program</source>
        <translation>Kameraet bruges af et andet program</translation>
    </message>
    <message>
        <source>Close the other program, and switch the camera on again.</source>
        <translation>Luk det andet program, og tænd kameraet igen.</translation>
    </message>
    <message>
        <source>No microphone found</source>
        <translation>Ingen mikrofon fundet</translation>
    </message>
    <message>
        <source>The patient cannot hear you. Plug in a headset or use the telephone.</source>
        <translation>Patienten kan ikke høre dig. Sæt et headset til, eller brug telefonen.</translation>
    </message>
    <message>
        <source>No loudspeaker found</source>
        <translation>Ingen højttaler fundet</translation>
    </message>
    <message>
        <source>You cannot hear the patient. Plug in a headset or use the telephone.</source>
        <translation>Du kan ikke høre patienten. Sæt et headset til, eller brug telefonen.</translation>
    </message>
    <message>
        <source>The call could not be connected</source>
        <translation>Samtalen kunne ikke forbindes</translation>
    </message>
    <message>
        <source>Continue on the telephone.</source>
        <translation>Fortsæt på telefon.</translation>
    </message>
    <message>
        <source>Sound and picture from the patient are gone</source>
        <translation>Lyd og billede fra patienten er væk</translation>
    </message>
    <message>
        <source>Continue on the telephone if they do not come back.</source>
        <translation>Fortsæt på telefon, hvis de ikke kommer tilbage.</translation>
    </message>
    <message>
        <source>This PC has no program to phone with</source>
        <translation>Denne pc har intet program at ringe op med</translation>
    </message>
    <message>
        <source>Dial the number on the clinic&apos;s telephone.</source>
        <translation>Tast nummeret på klinikkens telefon.</translation>
    </message>
    <message>
        <source>The PC&apos;s password store cannot be used</source>
        <translation>Pc&apos;ens adgangskodelager kan ikke bruges</translation>
    </message>
    <message>
        <source>Sign in to the PC as usual and unlock the password store, then try again.</source>
        <translation>Log på pc&apos;en som sædvanligt, lås adgangskodelageret op, og prøv igen.</translation>
    </message>
    <message>
        <source>The key to the local data is missing</source>
        <translation>Nøglen til de lokale data mangler</translation>
    </message>
    <message>
        <source>Ask IT support to restore it or to fetch a fresh copy.</source>
        <translation>Bed it-support om at genskabe den eller hente en frisk kopi.</translation>
    </message>
    <message>
        <source>The key does not fit the local data</source>
        <translation>Nøglen passer ikke til de lokale data</translation>
    </message>
    <message>
        <source>Sign in with the user who installed the program, or ask IT support.</source>
        <translation>Log på med den bruger, der installerede programmet, eller spørg it-support.</translation>
    </message>
    <message>
        <source>The local data is damaged</source>
        <translation>De lokale data er beskadiget</translation>
    </message>
    <message>
        <source>The local data cannot be written</source>
        <translation>Der kan ikke skrives i de lokale data</translation>
    </message>
    <message>
        <source>Check that you may write in the program&apos;s data folder, then try again.</source>
        <translation>Kontrollér, at du må skrive i programmets datamappe, og prøv igen.</translation>
    </message>
    <message>
        <source>The local data was made by a newer version</source>
        <translation>De lokale data er lavet af en nyere version</translation>
    </message>
    <message>
        <source>Install the newest version of the program on this PC.</source>
        <translation>Installér den nyeste version af programmet på denne pc.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Disken er fuld</translation>
    </message>
    <message>
        <source>Make room on the disk, then try again.</source>
        <translation>Skaf plads på disken, og prøv igen.</translation>
    </message>
    <message>
        <source>The settings cannot be read</source>
        <translation>Indstillingerne kan ikke læses</translation>
    </message>
    <message>
        <source>Correct the settings file, or ask IT support.</source>
        <translation>Ret indstillingsfilen, eller spørg it-support.</translation>
    </message>
    <message>
        <source>Something unexpected happened</source>
        <translation>Der skete noget uventet</translation>
    </message>
    <message>
        <source>Try again. Ask IT support if it happens again.</source>
        <translation>Prøv igen. Spørg it-support, hvis det sker igen.</translation>
    </message>
    <message>
        <source>A conversation is going on</source>
        <translation>En samtale er i gang</translation>
    </message>
    <message>
        <source>End it before you let the next patient in.</source>
        <translation>Afslut den, før du lukker den næste patient ind.</translation>
    </message>
    <message>
        <source>Klinikkonsol is running already</source>
        <translation>Klinikkonsol kører allerede</translation>
    </message>
    <message>
        <source>Use the window that is open, or close it and try again.</source>
        <translation>Brug det vindue, der er åbent, eller luk det, og prøv igen.</translation>
    </message>
    <message>
        <source>A colleague has taken the conversation</source>
        <translation>En kollega har taget beskeden</translation>
    </message>
    <message>
        <source>Take the next one, or take this one over.</source>
        <translation>Tag den næste, eller overtag denne.</translation>
    </message>
    <message>
        <source>The change was taken back</source>
        <translation>Ændringen blev trukket tilbage</translation>
    </message>
    <message>
        <source>Do it again if it is to be done after all.</source>
        <translation>Gør det igen, hvis det alligevel skal gøres.</translation>
    </message>
    <message>
        <source>The change can no longer be taken back</source>
        <translation>Ændringen kan ikke længere trækkes tilbage</translation>
    </message>
    <message>
        <source>Wait until it is carried out, and undo it then.</source>
        <translation>Vent, til den er gennemført, og lav den om derefter.</translation>
    </message>
    <message>
        <source>Close Klinikkonsol and open it again: it is then made anew from the record system.</source>
        <translation>Luk Klinikkonsol, og åbn det igen: så genskabes de fra lægesystemet.</translation>
    </message>
    <message>
        <source>The local data is damaged and could not be mended</source>
        <translation>De lokale data er beskadiget og kunne ikke genskabes</translation>
    </message>
    <message>
        <source>Keep the PC as it is, and phone IT support.</source>
        <translation>Lad pc&apos;en være, som den er, og ring til it-support.</translation>
    </message>
    <message>
        <source>The file could not be written</source>
        <translation>Filen kunne ikke skrives</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Vælg en anden mappe.</translation>
    </message>
    <message>
        <source>Some changes have not been sent yet</source>
        <translation>Nogle ændringer er ikke sendt endnu</translation>
    </message>
    <message>
        <source>Wait until they are sent, or confirm that they may be lost.</source>
        <translation>Vent, til de er sendt, eller sig ja til, at de går tabt.</translation>
    </message>
    <message>
        <source>The record system will not take so much at once</source>
        <translation>Lægesystemet vil ikke tage imod så meget på én gang</translation>
    </message>
    <message>
        <source>Shorten the note, and save again.</source>
        <translation>Gør notatet kortere, og gem igen.</translation>
    </message>
    <message>
        <source>The record system does not let this PC in</source>
        <translation>Lægesystemet lukker ikke denne pc ind</translation>
    </message>
    <message>
        <source>Ask the supplier of the record system to renew the clinic&apos;s access.</source>
        <translation>Bed lægesystemets leverandør om at forny klinikkens adgang.</translation>
    </message>
    <message>
        <source>The record system&apos;s certificate has expired</source>
        <translation>Lægesystemets certifikat er udløbet</translation>
    </message>
    <message>
        <source>Check the date of this PC, else phone the supplier of the record system.</source>
        <translation>Kontrollér pc&apos;ens dato, og ring ellers til lægesystemets leverandør.</translation>
    </message>
    <message>
        <source>The record system&apos;s certificate is not trusted by this PC</source>
        <translation>Pc&apos;en stoler ikke på lægesystemets certifikat</translation>
    </message>
    <message>
        <source>Ask IT support to install the certificate the supplier has handed out.</source>
        <translation>Bed it-support om at installere det certifikat, leverandøren har udleveret.</translation>
    </message>
    <message>
        <source>Another server answers at the record system&apos;s address</source>
        <translation>En anden server svarer på lægesystemets adresse</translation>
    </message>
    <message>
        <source>Ask IT support to check the address in the settings.</source>
        <translation>Bed it-support om at kontrollere adressen i indstillingerne.</translation>
    </message>
    <message>
        <source>The fee is billed or closed already</source>
        <translation>Ydelsen er allerede afregnet eller lukket</translation>
    </message>
    <message>
        <source>Correct it in the record system, and write there how the consultation ended.</source>
        <translation>Ret den i lægesystemet, og skriv dér, hvordan konsultationen sluttede.</translation>
    </message>
    <message>
        <source>This PC cannot remove echo</source>
        <translation>Denne pc kan ikke fjerne ekko</translation>
    </message>
    <message>
        <source>Use a headset: otherwise the patient hears their own voice.</source>
        <translation>Brug et headset. Ellers hører patienten sin egen stemme.</translation>
    </message>
    <message>
        <source>Try again: it is then sent half as large.</source>
        <translation>Prøv igen: så sendes det halvt så stort.</translation>
    </message>
    <message>
        <source>The record system does not take the picture</source>
        <translation>Lægesystemet tager ikke imod billedet</translation>
    </message>
    <message>
        <source>Ask the supplier of the record system to let the clinic save pictures.</source>
        <translation>Bed lægesystemets leverandør om, at klinikken må gemme billeder.</translation>
    </message>
    <message>
        <source>The picture cannot be read</source>
        <translation>Billedet kan ikke læses</translation>
    </message>
    <message>
        <source>Ask the patient for a new one.</source>
        <translation>Bed patienten om et nyt.</translation>
    </message>
    <message>
        <source>The picture is too large for the record system</source>
        <translation>Billedet er for stort til lægesystemet</translation>
    </message>
</context>
<context>
    <name>ExportCard</name>
    <message>
        <source>Export a patient&apos;s data</source>
        <translation>Eksportér en patients data</translation>
    </message>
    <message>
        <source>Writes all that is kept here of one patient to a JSON file, for a request for access.</source>
        <translation>Skriver alt, hvad der ligger her om én patient, til en JSON-fil. Til brug ved anmodning om indsigt.</translation>
    </message>
    <message>
        <source>Name, CPR number or telephone</source>
        <translation>Navn, CPR-nummer eller telefon</translation>
    </message>
    <message>
        <source>Patient whose data is to be exported</source>
        <translation>Patient, hvis data skal eksporteres</translation>
    </message>
    <message>
        <source>No patient found</source>
        <translation>Ingen patient fundet</translation>
    </message>
    <message>
        <source>Export {name} …</source>
        <translation>Eksportér {name} …</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON-filer (*.json)</translation>
    </message>
    <message>
        <source>patient-data</source>
        <translation>patientdata</translation>
    </message>
    <message>
        <source>Exporting …</source>
        <translation>Eksporterer …</translation>
    </message>
    <message>
        <source>{name} has been exported ({size})</source>
        <translation>{name} er eksporteret ({size})</translation>
    </message>
    <message>
        <source>{path} – delete the file when it has been handed over.</source>
        <translation>{path} – slet filen, når den er udleveret.</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>Check now</source>
        <translation>Kontrollér nu</translation>
    </message>
    <message>
        <source>Read the whole file and see whether it is sound</source>
        <translation>Læs hele filen igennem, og se, om den er i orden</translation>
    </message>
    <message>
        <source>Tidy up now</source>
        <translation>Ryd op nu</translation>
    </message>
    <message>
        <source>Forget closed conversations that are older than the clinic&apos;s rule</source>
        <translation>Glem afsluttede henvendelser, der er ældre end klinikkens regel</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Kontrollerer …</translation>
    </message>
    <message>
        <source>Tidying up …</source>
        <translation>Rydder op …</translation>
    </message>
    <message>
        <source>The local data is sound</source>
        <translation>De lokale data er i orden</translation>
    </message>
    <message>
        <source>The local data is damaged</source>
        <translation>De lokale data er beskadiget</translation>
    </message>
    <message>
        <source>Close Klinikkonsol and open it again: it is then made anew from the record system.</source>
        <translation>Luk Klinikkonsol, og åbn det igen: så genskabes de fra lægesystemet.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) forgotten</source>
        <translation>
            <numerusform>%n besked er fjernet fra pc&apos;en</numerusform>
            <numerusform>%n beskeder er fjernet fra pc&apos;en</numerusform>
        </translation>
    </message>
    <message>
        <source>There was nothing to tidy up</source>
        <translation>Der var intet at rydde op</translation>
    </message>
</context>
<context>
    <name>FeeBox</name>
    <message>
        <source>Fee code</source>
        <translation>Ydelseskode</translation>
    </message>
    <message>
        <source>No fee</source>
        <translation>Ingen ydelse</translation>
    </message>
</context>
<context>
    <name>FirstSyncBar</name>
    <message>
        <source>Progress of the first fetching</source>
        <translation>Hvor langt den første hentning er nået</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Fetch no more just now; everything else goes on</source>
        <translation>Hent ikke mere lige nu. Alt andet fortsætter</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsæt</translation>
    </message>
    <message>
        <source>Fetch the rest, from where it stopped</source>
        <translation>Hent resten, fra hvor det stoppede</translation>
    </message>
    <message>
        <source>Fetching has been stopped: {fetched} of about {expected}</source>
        <translation>Hentningen er stoppet: {fetched} af ca. {expected}</translation>
    </message>
    <message>
        <source>Fetching has been stopped after {fetched}</source>
        <translation>Hentningen er stoppet efter {fetched}</translation>
    </message>
    <message>
        <source>Fetching from the record system: {fetched} of about {expected}</source>
        <translation>Henter fra lægesystemet: {fetched} af ca. {expected}</translation>
    </message>
    <message>
        <source>Fetching from the record system: {fetched} so far</source>
        <translation>Henter fra lægesystemet: {fetched} indtil nu</translation>
    </message>
</context>
<context>
    <name>FixCard</name>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
</context>
<context>
    <name>FixChip</name>
    <message>
        <source>Whose fault it is, and what to do</source>
        <translation>Hvor fejlen er, og hvad du kan gøre</translation>
    </message>
</context>
<context>
    <name>FixWords</name>
    <message>
        <source>This PC</source>
        <translation>Denne pc</translation>
    </message>
    <message>
        <source>The trouble is on this PC</source>
        <translation>Problemet er på denne pc</translation>
    </message>
    <message>
        <source>The clinic&apos;s network</source>
        <translation>Klinikkens net</translation>
    </message>
    <message>
        <source>The trouble is the clinic&apos;s network</source>
        <translation>Problemet er klinikkens net</translation>
    </message>
    <message>
        <source>The video service</source>
        <translation>Videotjenesten</translation>
    </message>
    <message>
        <source>The trouble is the video service</source>
        <translation>Problemet er videotjenesten</translation>
    </message>
    <message>
        <source>The text message</source>
        <translation>Sms&apos;en</translation>
    </message>
    <message>
        <source>The trouble is the text message to the patient</source>
        <translation>Problemet er sms&apos;en til patienten</translation>
    </message>
    <message>
        <source>The patient&apos;s device</source>
        <translation>Patientens udstyr</translation>
    </message>
    <message>
        <source>The trouble is the patient&apos;s phone or computer</source>
        <translation>Problemet er patientens telefon eller computer</translation>
    </message>
    <message>
        <source>The patient&apos;s network</source>
        <translation>Patientens net</translation>
    </message>
    <message>
        <source>The trouble is the patient&apos;s network</source>
        <translation>Problemet er patientens net</translation>
    </message>
    <message>
        <source>The connection</source>
        <translation>Forbindelsen</translation>
    </message>
    <message>
        <source>The trouble is somewhere between you and the patient</source>
        <translation>Problemet er et sted mellem dig og patienten</translation>
    </message>
    <message>
        <source>No microphone is connected</source>
        <translation>Der er ingen mikrofon tilsluttet</translation>
    </message>
    <message>
        <source>The microphone has given no sound for {number} s</source>
        <translation>Mikrofonen har ikke givet lyd i {number} sek.</translation>
    </message>
    <message>
        <source>No loudspeaker is connected</source>
        <translation>Der er ingen højttaler tilsluttet</translation>
    </message>
    <message>
        <source>No camera is connected</source>
        <translation>Der er intet kamera tilsluttet</translation>
    </message>
    <message>
        <source>Another program uses the camera</source>
        <translation>Et andet program bruger kameraet</translation>
    </message>
    <message>
        <source>Each picture takes {number} ms, which is too long</source>
        <translation>Hvert billede tager {number} ms, og det er for længe</translation>
    </message>
    <message>
        <source>The PC stood still for {number} s</source>
        <translation>Pc&apos;en stod stille i {number} sek.</translation>
    </message>
    <message>
        <source>This PC is on no network</source>
        <translation>Denne pc er ikke på noget net</translation>
    </message>
    <message>
        <source>This PC has changed network</source>
        <translation>Denne pc har skiftet net</translation>
    </message>
    <message>
        <source>Other services do not answer either</source>
        <translation>Andre tjenester svarer heller ikke</translation>
    </message>
    <message>
        <source>No line to the video service for {number} s</source>
        <translation>Ingen forbindelse til videotjenesten i {number} sek.</translation>
    </message>
    <message>
        <source>The video service is not running</source>
        <translation>Videotjenesten kører ikke</translation>
    </message>
    <message>
        <source>The text with the link did not get through</source>
        <translation>Sms&apos;en med linket kom ikke frem</translation>
    </message>
    <message>
        <source>The text with the link has waited for {number} s</source>
        <translation>Sms&apos;en med linket har ventet i {number} sek.</translation>
    </message>
    <message>
        <source>The patient&apos;s page was closed</source>
        <translation>Patientens side blev lukket</translation>
    </message>
    <message>
        <source>The patient is looking at something else</source>
        <translation>Patienten har en anden side fremme</translation>
    </message>
    <message>
        <source>The patient&apos;s camera gives no picture</source>
        <translation>Patientens kamera giver intet billede</translation>
    </message>
    <message>
        <source>The patient&apos;s microphone gives no sound</source>
        <translation>Patientens mikrofon giver ingen lyd</translation>
    </message>
    <message>
        <source>The patient&apos;s page sends nothing</source>
        <translation>Patientens side sender ingenting</translation>
    </message>
    <message>
        <source>The patient&apos;s page has been away for {number} s</source>
        <translation>Patientens side har været væk i {number} sek.</translation>
    </message>
    <message>
        <source>Nothing gets through after {number} s</source>
        <translation>Intet er kommet igennem efter {number} sek.</translation>
    </message>
    <message>
        <source>The call has to take a detour</source>
        <translation>Samtalen må tage en omvej</translation>
    </message>
    <message>
        <source>The patient is on a mobile network</source>
        <translation>Patienten er på mobilnettet</translation>
    </message>
    <message>
        <source>Nothing from the patient for {number} s</source>
        <translation>Intet fra patienten i {number} sek.</translation>
    </message>
    <message>
        <source>{number} % of what the patient sends is lost</source>
        <translation>{number} % af det, patienten sender, går tabt</translation>
    </message>
    <message>
        <source>{number} % of what you send is lost</source>
        <translation>{number} % af det, du sender, går tabt</translation>
    </message>
    <message>
        <source>The delay is {number} ms</source>
        <translation>Forsinkelsen er {number} ms</translation>
    </message>
    <message>
        <source>The line carries only {number} kbit/s</source>
        <translation>Forbindelsen kan kun bære {number} kbit/s</translation>
    </message>
    <message>
        <source>Plug the headset in again, or choose another under Devices.</source>
        <translation>Sæt headsettet i igen, eller vælg et andet under Enheder.</translation>
    </message>
    <message>
        <source>Plug the camera in again. You can talk on without it.</source>
        <translation>Sæt kameraet i igen. I kan tale videre uden.</translation>
    </message>
    <message>
        <source>Close the other program that uses the camera.</source>
        <translation>Luk det andet program, der bruger kameraet.</translation>
    </message>
    <message>
        <source>Close programs you do not use.</source>
        <translation>Luk programmer, du ikke bruger.</translation>
    </message>
    <message>
        <source>Wait a moment. The call is being connected again.</source>
        <translation>Vent et øjeblik. Samtalen forbindes igen.</translation>
    </message>
    <message>
        <source>Wait a moment. The call is being connected on the new network.</source>
        <translation>Vent et øjeblik. Samtalen forbindes på det nye net.</translation>
    </message>
    <message>
        <source>Ask the patient to come back to the video page.</source>
        <translation>Bed patienten vende tilbage til videosiden.</translation>
    </message>
    <message>
        <source>Ask the patient to open the link again.</source>
        <translation>Bed patienten åbne linket igen.</translation>
    </message>
    <message>
        <source>Ask the patient to turn the camera on in the page.</source>
        <translation>Bed patienten tænde kameraet på siden.</translation>
    </message>
    <message>
        <source>Ask the patient to allow the microphone, or phone the patient.</source>
        <translation>Bed patienten give lov til mikrofonen, eller ring op.</translation>
    </message>
    <message>
        <source>Ask the patient to use Wi-Fi if there is any.</source>
        <translation>Bed patienten bruge wi-fi, hvis der er noget.</translation>
    </message>
    <message>
        <source>Wait a moment, or go on by telephone.</source>
        <translation>Vent et øjeblik, eller fortsæt på telefon.</translation>
    </message>
    <message>
        <source>Go on by telephone, and start the PC again afterwards.</source>
        <translation>Fortsæt på telefon, og genstart pc&apos;en bagefter.</translation>
    </message>
    <message>
        <source>Check the cable or Wi-Fi of this PC, or go on by telephone.</source>
        <translation>Se efter pc&apos;ens kabel eller wi-fi, eller fortsæt på telefon.</translation>
    </message>
    <message>
        <source>Go on by telephone. The call itself can go on as long as it holds.</source>
        <translation>Samtalen kan fortsætte, så længe den holder. Ellers ring op.</translation>
    </message>
    <message>
        <source>Phone the patient, and read the code of the link aloud.</source>
        <translation>Ring til patienten, og læs koden i linket højt.</translation>
    </message>
    <message>
        <source>Ask the patient to move closer to the Wi-Fi.</source>
        <translation>Bed patienten gå tættere på sin wi-fi.</translation>
    </message>
</context>
<context>
    <name>Holder</name>
    <message>
        <source>You have it</source>
        <translation>Du har den</translation>
    </message>
    <message>
        <source>{name} has been answering since {time}</source>
        <translation>{name} svarer siden {time}</translation>
    </message>
    <message>
        <source>{name} has it</source>
        <translation>{name} har den</translation>
    </message>
    <message>
        <source>{name} took it first {time}</source>
        <translation>{name} tog den først {time}</translation>
    </message>
</context>
<context>
    <name>Holding</name>
    <message>
        <source>Take over from {name}</source>
        <translation>Overtag fra {name}</translation>
    </message>
    <message>
        <source>Answer this conversation instead of a colleague</source>
        <translation>Svar på beskeden i stedet for en kollega</translation>
    </message>
    <message>
        <source>Let go of it</source>
        <translation>Slip den</translation>
    </message>
    <message>
        <source>Leave the conversation to whoever comes</source>
        <translation>Lad en anden svare på beskeden</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>Tag den</translation>
    </message>
    <message>
        <source>Tell your colleagues that you answer this conversation</source>
        <translation>Fortæl kollegerne, at du svarer på beskeden</translation>
    </message>
    <message>
        <source>Next unanswered</source>
        <translation>Næste ubesvarede</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Overtag</translation>
    </message>
</context>
<context>
    <name>InboxColumn</name>
    <message>
        <source>Inbox</source>
        <translation>Indbakke</translation>
    </message>
    <message>
        <source>Older messages are still being fetched.</source>
        <translation>Ældre beskeder hentes stadig.</translation>
    </message>
    <message>
        <source>Loading messages …</source>
        <translation>Henter beskeder …</translation>
    </message>
    <message numerus="yes">
        <source>%n unanswered</source>
        <translation>
            <numerusform>%n ubesvaret</numerusform>
            <numerusform>%n ubesvarede</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Ingen beskeder</translation>
    </message>
    <message>
        <source>New e-consultations appear by themselves.</source>
        <translation>Nye e-konsultationer dukker op af sig selv.</translation>
    </message>
    <message>
        <source>The first time takes a while.</source>
        <translation>Det tager lidt tid første gang.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
</context>
<context>
    <name>InboxDelegate</name>
    <message>
        <source>Urgent</source>
        <translation>Haster</translation>
    </message>
</context>
<context>
    <name>InboxModel</name>
    <message>
        <source>Unanswered</source>
        <translation>Ubesvaret</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>Haster</translation>
    </message>
</context>
<context>
    <name>InboxScreen</name>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>No conversation chosen</source>
        <translation>Ingen besked valgt</translation>
    </message>
    <message>
        <source>Choose one, or press J and K.</source>
        <translation>Vælg en i listen, eller brug tasterne J og K.</translation>
    </message>
</context>
<context>
    <name>LocalData</name>
    <message>
        <source>Takes up</source>
        <translation>Fylder</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>Patienter</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Beskeder</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>Aftaler</translation>
    </message>
    <message>
        <source>Closed conversations stay here</source>
        <translation>Afsluttede henvendelser bliver her</translation>
    </message>
    <message>
        <source>Last checked</source>
        <translation>Sidst kontrolleret</translation>
    </message>
    <message>
        <source>Last tidied</source>
        <translation>Sidst ryddet op</translation>
    </message>
    <message>
        <source>Older copies of what waits</source>
        <translation>Ældre kopier af det, der venter</translation>
    </message>
    <message>
        <source>The local data was damaged and has been made anew {time}</source>
        <translation>Den lokale kopi var beskadiget og er genskabt {time}</translation>
    </message>
    <message>
        <source>All changes that had not been sent were saved.</source>
        <translation>Alle ændringer, der ventede, er reddet.</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>ikke endnu</translation>
    </message>
    <message>
        <source>for {days} days after the last message</source>
        <translation>i {days} dage efter sidste besked</translation>
    </message>
    <message>
        <source>One change that had not been sent could not be read. Look through the day.</source>
        <translation>Én ændring, der ventede, kunne ikke læses. Gå dagens aftaler igennem.</translation>
    </message>
    <message>
        <source>{count} changes that had not been sent could not be read. Look through the day.</source>
        <translation>{count} ændringer, der ventede, kunne ikke læses. Gå dagens aftaler igennem.</translation>
    </message>
</context>
<context>
    <name>MessageBubble</name>
    <message>
        <source>Urgent</source>
        <translation>Haster</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s) in the record system</source>
        <translation>
            <numerusform>%n vedhæftet fil i lægesystemet</numerusform>
            <numerusform>%n vedhæftede filer i lægesystemet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MoveButton</name>
    <message>
        <source>Move …</source>
        <translation>Flyt …</translation>
    </message>
    <message>
        <source>Give the patient another time, and tell by SMS</source>
        <translation>Giv patienten en anden tid, og send besked på SMS</translation>
    </message>
    <message>
        <source>Another time …</source>
        <translation>Anden tid …</translation>
    </message>
</context>
<context>
    <name>Outbox</name>
    <message>
        <source>Video room for {name}</source>
        <translation>Videorum til {name}</translation>
    </message>
    <message>
        <source>Closing the video room of {name}</source>
        <translation>Lukning af videorum til {name}</translation>
    </message>
    <message>
        <source>Appointment for {name} in the record system</source>
        <translation>Aftale i lægesystemet til {name}</translation>
    </message>
    <message>
        <source>Moving the appointment of {name}</source>
        <translation>Flytning af aftale for {name}</translation>
    </message>
    <message>
        <source>Cancelling the appointment of {name}</source>
        <translation>Aflysning af aftale for {name}</translation>
    </message>
    <message>
        <source>Outcome for {name} in the record</source>
        <translation>Afslutning i journalen for {name}</translation>
    </message>
    <message>
        <source>SMS to {name}</source>
        <translation>SMS til {name}</translation>
    </message>
    <message>
        <source>SMS to {name} about the cancellation</source>
        <translation>SMS til {name} om aflysningen</translation>
    </message>
    <message>
        <source>Receipt for the SMS to {name}</source>
        <translation>Kvittering for SMS til {name}</translation>
    </message>
    <message>
        <source>Who has the conversation with {name}</source>
        <translation>Hvem der har beskeden fra {name}</translation>
    </message>
    <message>
        <source>Waiting since {time}</source>
        <translation>Venter siden {time}</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <translation>ikke forsøgt endnu</translation>
    </message>
    <message>
        <source>next in turn</source>
        <translation>står for tur</translation>
    </message>
    <message>
        <source>tried again {time}</source>
        <translation>forsøges igen {time}</translation>
    </message>
    <message>
        <source>The appointment is cancelled, and the patient gets no SMS.</source>
        <translation>Aftalen aflyses, og patienten får ingen SMS.</translation>
    </message>
    <message>
        <source>The appointment keeps the time it had.</source>
        <translation>Aftalen beholder den tid, den havde.</translation>
    </message>
    <message>
        <source>The patient does not get this SMS.</source>
        <translation>Patienten får ikke denne SMS.</translation>
    </message>
    <message>
        <source>Whoever had the conversation still has it.</source>
        <translation>Den, der havde beskeden, har den stadig.</translation>
    </message>
    <message>
        <source>Cannot be taken back: it may be under way, or belongs to something that is done.</source>
        <translation>Kan ikke trækkes tilbage: den kan være undervejs, eller hører til noget, der er sket.</translation>
    </message>
    <message>
        <source>tried once</source>
        <translation>forsøgt 1 gang</translation>
    </message>
    <message>
        <source>tried {count} times</source>
        <translation>forsøgt {count} gange</translation>
    </message>
    <message>
        <source>Picture of {name} for the record</source>
        <translation>Billede til journalen: {name}</translation>
    </message>
    <message>
        <source>The picture is deleted here and does not enter the record.</source>
        <translation>Billedet slettes her og kommer ikke i journalen.</translation>
    </message>
</context>
<context>
    <name>OutboxLine</name>
    <message>
        <source>Try now</source>
        <translation>Prøv nu</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Træk tilbage</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>Ja, træk tilbage</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behold</translation>
    </message>
</context>
<context>
    <name>OutboxPanel</name>
    <message>
        <source>What waits</source>
        <translation>Det, der venter</translation>
    </message>
    <message>
        <source>Nothing waits: all that was done here has been carried out.</source>
        <translation>Intet venter. Alt, hvad der er gjort her, er gennemført.</translation>
    </message>
    <message>
        <source>Close the list</source>
        <translation>Luk listen</translation>
    </message>
</context>
<context>
    <name>OutcomeSheet</name>
    <message>
        <source>Save in the record</source>
        <translation>Gem i journalen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>Note in the record</source>
        <translation>Notat i journalen</translation>
    </message>
    <message>
        <source>Optional line for the record</source>
        <translation>Valgfri linje til journalen</translation>
    </message>
    <message>
        <source>How did the consultation end?</source>
        <translation>Hvordan endte konsultationen?</translation>
    </message>
    <message>
        <source>Fee code</source>
        <translation>Ydelseskode</translation>
    </message>
    <message>
        <source>Unknown fee code</source>
        <translation>Ukendt ydelseskode</translation>
    </message>
    <message>
        <source>Choose one from the list, or none.</source>
        <translation>Vælg en fra listen, eller ingen ydelse.</translation>
    </message>
    <message>
        <source>{code} is proposed {reason}.</source>
        <translation>{code} foreslås, {reason}.</translation>
    </message>
    <message>
        <source>Planned {times}, no call was made</source>
        <translation>Planlagt {times}, ingen samtale i programmet</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minut</numerusform>
            <numerusform>%n minutter</numerusform>
        </translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Senere</translation>
    </message>
    <message>
        <source>The appointment is finished or cancelled already</source>
        <translation>Aftalen er allerede afsluttet eller aflyst</translation>
    </message>
    <message>
        <source>Nothing was saved from here. Copy the note if it is needed.</source>
        <translation>Intet blev gemt herfra. Kopiér notatet, hvis det skal bruges.</translation>
    </message>
    <message>
        <source>Choose beside the message which of the two is to stand.</source>
        <translation>Vælg ved aftalen i indbakken eller kalenderen, hvad der skal stå.</translation>
    </message>
    <message>
        <source>Put what was written into the note</source>
        <translation>Sæt det skrevne ind i notatet</translation>
    </message>
</context>
<context>
    <name>OutcomeWindow</name>
    <message>
        <source>Finish – {name}</source>
        <translation>Afslut – {name}</translation>
    </message>
</context>
<context>
    <name>PatientPane</name>
    <message>
        <source>No telephone number</source>
        <translation>Intet telefonnummer</translation>
    </message>
    <message>
        <source>No appointments</source>
        <translation>Ingen aftaler</translation>
    </message>
    <message>
        <source>Phone {number}</source>
        <translation>Ring til {number}</translation>
    </message>
    <message>
        <source>Fetched {time}</source>
        <translation>Hentet kl. {time}</translation>
    </message>
    <message numerus="yes">
        <source>%n year(s)</source>
        <translation>
            <numerusform>%n år</numerusform>
            <numerusform>%n år</numerusform>
        </translation>
    </message>
    <message>
        <source>No CPR number</source>
        <translation>Intet cpr-nummer</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>Aftaler</translation>
    </message>
    <message>
        <source>Phoning …</source>
        <translation>Ringer op …</translation>
    </message>
    <message>
        <source>This PC has no program to phone with. Dial the number.</source>
        <translation>Denne pc har intet program at ringe op med. Tast nummeret på telefonen.</translation>
    </message>
</context>
<context>
    <name>PatientSide</name>
    <message>
        <source>The patient has not been fetched yet</source>
        <translation>Patienten er ikke hentet endnu</translation>
    </message>
    <message>
        <source>The patient is shown here as soon as the record system has answered.</source>
        <translation>Patienten vises her, så snart lægesystemet har svaret.</translation>
    </message>
</context>
<context>
    <name>Phoning</name>
    <message>
        <source>Finish …</source>
        <translation>Afslut …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>Phone {name} on {number}</source>
        <translation>Ring til {name} på {number}</translation>
    </message>
    <message>
        <source>This PC has no program to phone with. Dial the number.</source>
        <translation>Denne pc har intet program at ringe op med. Tast nummeret på telefonen.</translation>
    </message>
    <message>
        <source>Switch to video</source>
        <translation>Skift til video</translation>
    </message>
</context>
<context>
    <name>PictureSavingLine</name>
    <message>
        <source>Not saved: the picture is gone when the call ends.</source>
        <translation>Ikke gemt: billedet forsvinder, når samtalen slutter.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>Save in the record</source>
        <translation>Gem i journalen</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Gemmer …</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Picture from the patient – {name}</source>
        <translation>Billede fra patienten – {name}</translation>
    </message>
    <message>
        <source>Picture from the patient</source>
        <translation>Billede fra patienten</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>Tættere på</translation>
    </message>
    <message>
        <source>Further away</source>
        <translation>Længere væk</translation>
    </message>
    <message>
        <source>Show all of it</source>
        <translation>Vis det hele</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} billedpunkter</translation>
    </message>
</context>
<context>
    <name>PictureWords</name>
    <message>
        <source>Consent given {time}</source>
        <translation>Samtykke givet {time}</translation>
    </message>
    <message>
        <source>Sent by the patient {time}</source>
        <translation>Sendt af patienten {time}</translation>
    </message>
    <message>
        <source>refused {time}</source>
        <translation>afvist {time}</translation>
    </message>
</context>
<context>
    <name>PicturesPane</name>
    <message>
        <source>Take a picture</source>
        <translation>Tag billede</translation>
    </message>
    <message>
        <source>Ask the patient for a sharp picture of what is shown</source>
        <translation>Bed patienten om et skarpt billede af det, der vises</translation>
    </message>
    <message>
        <source>Stop asking</source>
        <translation>Fortryd spørgsmålet</translation>
    </message>
    <message>
        <source>The picture is on its way …</source>
        <translation>Billedet er på vej …</translation>
    </message>
    <message>
        <source>The patient is asked first, and takes the picture. It is sharper than the video.</source>
        <translation>Patienten bliver spurgt først og tager selv billedet. Det er skarpere end videoen.</translation>
    </message>
    <message>
        <source>The patient is asked as soon as the connection is back.</source>
        <translation>Patienten bliver spurgt, så snart forbindelsen er tilbage.</translation>
    </message>
    <message>
        <source>The patient is being asked …</source>
        <translation>Patienten bliver spurgt …</translation>
    </message>
    <message>
        <source>The patient said yes. The picture is being taken …</source>
        <translation>Patienten sagde ja. Billedet bliver taget …</translation>
    </message>
    <message>
        <source>The patient said no to a picture.</source>
        <translation>Patienten sagde nej tak til et billede.</translation>
    </message>
    <message>
        <source>The patient&apos;s device could not take the picture. You can ask again.</source>
        <translation>Patientens enhed kunne ikke tage billedet. Du kan spørge igen.</translation>
    </message>
    <message>
        <source>A picture came that cannot be shown.</source>
        <translation>Der kom et billede, som ikke kan vises.</translation>
    </message>
    <message>
        <source>Look closely</source>
        <translation>Se tættere på</translation>
    </message>
    <message>
        <source>Pictures not saved in the record are gone when the call ends.</source>
        <translation>Billeder, der ikke er gemt i journalen, forsvinder, når samtalen slutter.</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Inbox</source>
        <translation>Indbakke</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Kalender</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>Patienter</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Indstillinger</translation>
    </message>
</context>
<context>
    <name>ResultDelegate</name>
    <message numerus="yes">
        <source>%n year(s)</source>
        <translation>
            <numerusform>%n år</numerusform>
            <numerusform>%n år</numerusform>
        </translation>
    </message>
    <message>
        <source>Unknown patient</source>
        <translation>Ukendt patient</translation>
    </message>
</context>
<context>
    <name>ResultsModel</name>
    <message>
        <source>Patients</source>
        <translation>Patienter</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Beskeder</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>Aftaler</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Besked</translation>
    </message>
    <message>
        <source>Appointment</source>
        <translation>Aftale</translation>
    </message>
</context>
<context>
    <name>SearchScreen</name>
    <message>
        <source>Search results</source>
        <translation>Søgeresultater</translation>
    </message>
    <message>
        <source>Older messages are still being made searchable.</source>
        <translation>Ældre beskeder er ved at blive gjort søgbare.</translation>
    </message>
    <message numerus="yes">
        <source>The first %n</source>
        <translation>
            <numerusform>Den første</numerusform>
            <numerusform>De første %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n fundet</numerusform>
            <numerusform>%n fundet</numerusform>
        </translation>
    </message>
    <message>
        <source>Patients and search</source>
        <translation>Patienter og søgning</translation>
    </message>
    <message>
        <source>Name, CPR, telephone number or words of a message</source>
        <translation>Navn, CPR, telefonnummer eller ord fra en besked</translation>
    </message>
    <message>
        <source>Search patients, messages and appointments</source>
        <translation>Søg i patienter, beskeder og aftaler</translation>
    </message>
    <message>
        <source>Arrows choose, Enter opens, Esc clears</source>
        <translation>Pile vælger, Enter åbner, Esc rydder</translation>
    </message>
    <message>
        <source>Nobody chosen</source>
        <translation>Ingen valgt</translation>
    </message>
    <message>
        <source>The patient you choose is shown here.</source>
        <translation>Den patient, du vælger, vises her.</translation>
    </message>
</context>
<context>
    <name>SearchWords</name>
    <message>
        <source>Search patients, messages and appointments</source>
        <translation>Søg i patienter, beskeder og aftaler</translation>
    </message>
    <message>
        <source>By name, CPR or telephone number, words of a message, or a day such as 20.11.</source>
        <translation>På navn, CPR- eller telefonnummer, ord fra en besked eller en dag som 20.11.</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>Søger …</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Intet fundet</translation>
    </message>
    <message>
        <source>Every word has to be there. Try fewer words, or only the beginning of them.</source>
        <translation>Alle ord skal være der. Prøv færre ord eller kun begyndelsen af dem.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
</context>
<context>
    <name>SettingsScreen</name>
    <message>
        <source>Data on this PC</source>
        <translation>Data på denne pc</translation>
    </message>
</context>
<context>
    <name>ShareCards</name>
    <message>
        <source>From your doctor</source>
        <translation>Fra din læge</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dag</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Tid</translation>
    </message>
    <message>
        <source>With</source>
        <translation>Hos</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Hvor</translation>
    </message>
    <message>
        <source>On video</source>
        <translation>På video</translation>
    </message>
    <message>
        <source>Your appointment</source>
        <translation>Din aftale</translation>
    </message>
    <message>
        <source>The clinic</source>
        <translation>Klinikken</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Dig</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>Skrevet af</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Hvornår</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Besked</translation>
    </message>
    <message>
        <source>The patient</source>
        <translation>Patienten</translation>
    </message>
</context>
<context>
    <name>SharePane</name>
    <message>
        <source>Show the patient</source>
        <translation>Vis patienten</translation>
    </message>
    <message>
        <source>Stop showing</source>
        <translation>Stop visning</translation>
    </message>
    <message>
        <source>Choose what the patient is to see, or write it.</source>
        <translation>Vælg, hvad patienten skal se, eller skriv det.</translation>
    </message>
    <message>
        <source>The patient sees this now:</source>
        <translation>Patienten ser dette nu:</translation>
    </message>
    <message>
        <source>The patient sees this as soon as the connection is back:</source>
        <translation>Patienten ser dette, så snart forbindelsen er tilbage:</translation>
    </message>
    <message>
        <source>There are no appointments or messages to show.</source>
        <translation>Der er ingen aftaler eller beskeder at vise.</translation>
    </message>
    <message>
        <source>Write here, such as how a medicine is to be taken</source>
        <translation>Skriv her, f.eks. hvordan medicinen skal tages</translation>
    </message>
    <message>
        <source>What the patient is to read</source>
        <translation>Det, patienten skal læse</translation>
    </message>
    <message>
        <source>Appointments and messages</source>
        <translation>Aftaler og beskeder</translation>
    </message>
    <message>
        <source>The patient does not have this open just now:</source>
        <translation>Patienten har ikke dette fremme lige nu:</translation>
    </message>
</context>
<context>
    <name>SideButtons</name>
    <message>
        <source>Take a picture</source>
        <translation>Tag billede</translation>
    </message>
    <message>
        <source>Show the patient</source>
        <translation>Vis patienten</translation>
    </message>
    <message>
        <source>Ask the patient for a sharp picture of what is shown</source>
        <translation>Bed patienten om et skarpt billede af det, der vises</translation>
    </message>
    <message>
        <source>Show the patient an appointment, a message or a few words</source>
        <translation>Vis patienten en aftale, en besked eller et par ord</translation>
    </message>
    <message>
        <source>Chat ({number})</source>
        <translation>Chat ({number})</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Write to the patient</source>
        <translation>Skriv til patienten</translation>
    </message>
    <message>
        <source>Being shown</source>
        <translation>Vises nu</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Billeder</translation>
    </message>
    <message>
        <source>Show the patient</source>
        <translation>Vis patienten</translation>
    </message>
</context>
<context>
    <name>StartupFailure</name>
    <message>
        <source>Klinikkonsol cannot start</source>
        <translation>Klinikkonsol kan ikke starte</translation>
    </message>
    <message>
        <source>For IT support: {code}</source>
        <translation>Til it-support: {code}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Luk</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Synchronise</source>
        <translation>Synkronisér</translation>
    </message>
    <message>
        <source>Send what waits and fetch news at once</source>
        <translation>Send det, der venter, og hent nyt med det samme</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Prøv igen</translation>
    </message>
    <message>
        <source>{what} since {time}</source>
        <translation>{what} siden {time}</translation>
    </message>
    <message>
        <source>The record system answered {time}</source>
        <translation>Lægesystemet svarede {time}</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) waiting</source>
        <translation>
            <numerusform>%n ændring venter</numerusform>
            <numerusform>%n ændringer venter</numerusform>
        </translation>
    </message>
    <message>
        <source>Trying …</source>
        <translation>Prøver …</translation>
    </message>
    <message>
        <source>Demo: the patient&apos;s telephone</source>
        <translation>Demo: patientens telefon</translation>
    </message>
    <message>
        <source>Fetching from the record system …</source>
        <translation>Henter fra lægesystemet …</translation>
    </message>
    <message>
        <source>Show what waits</source>
        <translation>Vis det, der venter</translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Intet venter</translation>
    </message>
    <message numerus="yes">
        <source>%n appointment(s) for you to settle</source>
        <translation>
            <numerusform>%n aftale skal afgøres af dig</numerusform>
            <numerusform>%n aftaler skal afgøres af dig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) cannot be sent now</source>
        <translation>
            <numerusform>%n ændring kan ikke sendes lige nu</numerusform>
            <numerusform>%n ændringer kan ikke sendes lige nu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>of them %n failing</source>
        <translation>
            <numerusform>heraf %n, der fejler</numerusform>
            <numerusform>heraf %n, der fejler</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TelephoneView</name>
    <message>
        <source>The consultation is now on the telephone</source>
        <translation>Konsultationen er nu på telefon</translation>
    </message>
    <message>
        <source>{name} has been told that you phone now.</source>
        <translation>{name} har fået besked om, at du ringer nu.</translation>
    </message>
    <message>
        <source>{name} has not been told yet. Phone now.</source>
        <translation>{name} har ikke fået besked endnu. Ring op nu.</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Ring op</translation>
    </message>
    <message>
        <source>Copy number</source>
        <translation>Kopiér nummer</translation>
    </message>
    <message>
        <source>No number</source>
        <translation>Intet nummer</translation>
    </message>
    <message>
        <source>Phoning …</source>
        <translation>Ringer op …</translation>
    </message>
    <message>
        <source>The number is copied.</source>
        <translation>Nummeret er kopieret.</translation>
    </message>
    <message>
        <source>Switch to video</source>
        <translation>Skift til video</translation>
    </message>
    <message>
        <source>The patient is let in again, or gets the link by text message</source>
        <translation>Patienten lukkes ind igen eller får linket på sms</translation>
    </message>
    <message>
        <source>Stay on the telephone</source>
        <translation>Bliv på telefonen</translation>
    </message>
    <message>
        <source>Stop waiting for video</source>
        <translation>Vent ikke længere på video</translation>
    </message>
    <message>
        <source>Let the patient in again</source>
        <translation>Luk patienten ind igen</translation>
    </message>
    <message>
        <source>You can talk on the telephone meanwhile.</source>
        <translation>I kan tale i telefon imens.</translation>
    </message>
    <message>
        <source>The link has been sent to the patient by text message.</source>
        <translation>Linket er sendt til patienten på sms.</translation>
    </message>
    <message>
        <source>Waiting for the patient&apos;s video …</source>
        <translation>Venter på patientens video …</translation>
    </message>
</context>
<context>
    <name>ThreadPane</name>
    <message>
        <source>Messages</source>
        <translation>Beskeder</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n besked</numerusform>
            <numerusform>%n beskeder</numerusform>
        </translation>
    </message>
    <message>
        <source>The patient</source>
        <translation>Patienten</translation>
    </message>
</context>
<context>
    <name>TimeChoice</name>
    <message>
        <source>Stop</source>
        <translation>Annullér</translation>
    </message>
    <message>
        <source>Choose a free time for {name}</source>
        <translation>Vælg en ledig tid til {name}</translation>
    </message>
    <message>
        <source>Free video times can be chosen in the list.</source>
        <translation>Klik på en ledig tid i listen.</translation>
    </message>
    <message>
        <source>Book video {when}</source>
        <translation>Book video {when}</translation>
    </message>
    <message>
        <source>Choose a new time for {name}, who has {when}</source>
        <translation>Vælg en ny tid til {name}, der har {when}</translation>
    </message>
    <message>
        <source>Free times of the same clinician can be chosen in the list.</source>
        <translation>Klik på en ledig tid hos samme læge i listen.</translation>
    </message>
    <message>
        <source>Move to {when}</source>
        <translation>Flyt til {when}</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message>
        <source>Let in</source>
        <translation>Luk ind</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Ring op</translation>
    </message>
    <message>
        <source>Show call</source>
        <translation>Vis samtale</translation>
    </message>
    <message>
        <source>Finish …</source>
        <translation>Afslut …</translation>
    </message>
    <message>
        <source>Let the patient in and start the video</source>
        <translation>Luk patienten ind, og start videoen</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>siden {time}</translation>
    </message>
    <message>
        <source>camera and microphone work</source>
        <translation>kamera og mikrofon virker</translation>
    </message>
    <message>
        <source>no camera, no microphone</source>
        <translation>hverken kamera eller mikrofon</translation>
    </message>
    <message>
        <source>no microphone</source>
        <translation>ingen mikrofon</translation>
    </message>
    <message>
        <source>no camera</source>
        <translation>intet kamera</translation>
    </message>
</context>
<context>
    <name>WaitingStrip</name>
    <message>
        <source>Waiting room</source>
        <translation>Venteværelse</translation>
    </message>
    <message>
        <source>Nobody here just now. Patients appear 15 minutes before their time.</source>
        <translation>Ingen lige nu. Patienterne vises her 15 minutter før deres tid.</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>ikke forbundet</translation>
    </message>
    <message>
        <source>Nobody can be seen just now. The connection is tried again by itself.</source>
        <translation>Ingen kan ses lige nu. Forbindelsen forsøges igen af sig selv.</translation>
    </message>
</context>
<context>
    <name>WipeCard</name>
    <message>
        <source>Delete everything on this PC</source>
        <translation>Slet alt på denne pc</translation>
    </message>
    <message>
        <source>For a PC that leaves the clinic. The record system keeps all that has been sent to it.</source>
        <translation>Til en pc, der skal forlade klinikken. Lægesystemet beholder alt, hvad der er sendt til det.</translation>
    </message>
    <message>
        <source>Delete everything on this PC …</source>
        <translation>Slet alt på denne pc …</translation>
    </message>
    <message>
        <source>Delete everything and close</source>
        <translation>Slet alt og luk</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behold</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) have not been sent and are lost</source>
        <translation>
            <numerusform>%n ændring er ikke sendt og går tabt</numerusform>
            <numerusform>%n ændringer er ikke sendt og går tabt</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything done here has been sent.</source>
        <translation>Alt, hvad der er gjort her, er sendt.</translation>
    </message>
    <message>
        <source>DELETE</source>
        <translation>SLET</translation>
    </message>
    <message>
        <source>Write {word} to delete messages, appointments and patients from this PC for good.</source>
        <translation>Skriv {word} for at slette beskeder, aftaler og patienter fra denne pc for altid.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Booking …</source>
        <translation>Booker …</translation>
    </message>
    <message>
        <source>Booked</source>
        <translation>Booket</translation>
    </message>
    <message>
        <source>SMS sent</source>
        <translation>SMS sendt</translation>
    </message>
    <message>
        <source>SMS delivered</source>
        <translation>SMS leveret</translation>
    </message>
    <message>
        <source>Link opened</source>
        <translation>Link åbnet</translation>
    </message>
    <message>
        <source>Waiting now</source>
        <translation>Venter nu</translation>
    </message>
    <message>
        <source>In call</source>
        <translation>I samtale</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Afsluttet</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Aflyst</translation>
    </message>
    <message>
        <source>Phone the patient</source>
        <translation>Ring til patienten</translation>
    </message>
    <message>
        <source>No video room</source>
        <translation>Intet videorum</translation>
    </message>
    <message>
        <source>saved here</source>
        <translation>gemt her</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>sendt</translation>
    </message>
    <message>
        <source>conflict</source>
        <translation>konflikt</translation>
    </message>
    <message>
        <source>has closed the page</source>
        <translation>har lukket siden</translation>
    </message>
    <message>
        <source>has opened the link</source>
        <translation>har åbnet linket</translation>
    </message>
    <message>
        <source>devices tried</source>
        <translation>har prøvet udstyret</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>venter</translation>
    </message>
    <message>
        <source>in the call</source>
        <translation>i samtalen</translation>
    </message>
    <message>
        <source>wants to be phoned</source>
        <translation>vil ringes op</translation>
    </message>
    <message>
        <source>has left</source>
        <translation>er gået</translation>
    </message>
    <message>
        <source>SMS queued {time}</source>
        <translation>SMS i kø {time}</translation>
    </message>
    <message>
        <source>SMS sent {time}</source>
        <translation>SMS sendt {time}</translation>
    </message>
    <message>
        <source>SMS delivered {time}</source>
        <translation>SMS leveret {time}</translation>
    </message>
    <message>
        <source>Link opened {time}</source>
        <translation>Link åbnet {time}</translation>
    </message>
    <message>
        <source>Waiting since {time}</source>
        <translation>Venter siden {time}</translation>
    </message>
    <message>
        <source>Let in {time}</source>
        <translation>Lukket ind {time}</translation>
    </message>
    <message>
        <source>SMS did not arrive {time}</source>
        <translation>SMS kom ikke frem {time}</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>Telefon</translation>
    </message>
    <message>
        <source>In person</source>
        <translation>Fremmøde</translation>
    </message>
    <message>
        <source>Free time</source>
        <translation>Ledig tid</translation>
    </message>
    <message>
        <source>Free video time</source>
        <translation>Ledig videotid</translation>
    </message>
    <message>
        <source>Free telephone time</source>
        <translation>Ledig telefontid</translation>
    </message>
    <message>
        <source>Free time in the clinic</source>
        <translation>Ledig tid i klinikken</translation>
    </message>
    <message>
        <source>Held on video</source>
        <translation>Gennemført på video</translation>
    </message>
    <message>
        <source>Held on the telephone</source>
        <translation>Gennemført på telefon</translation>
    </message>
    <message>
        <source>The patient did not come</source>
        <translation>Patienten udeblev</translation>
    </message>
    <message>
        <source>Technical failure</source>
        <translation>Teknisk fejl</translation>
    </message>
    <message>
        <source>because the consultation was held on video</source>
        <translation>fordi konsultationen blev holdt på video</translation>
    </message>
    <message>
        <source>because it was a video conference</source>
        <translation>fordi det var en videokonference</translation>
    </message>
    <message>
        <source>because the video failed and the consultation was finished on the telephone</source>
        <translation>fordi videoen svigtede, og konsultationen blev afsluttet på telefon</translation>
    </message>
    <message>
        <source>because the consultation was held on the telephone</source>
        <translation>fordi konsultationen blev holdt på telefon</translation>
    </message>
    <message>
        <source>because the consultation was held in the clinic</source>
        <translation>fordi konsultationen blev holdt i klinikken</translation>
    </message>
    <message>
        <source>No fee: the patient did not come</source>
        <translation>Ingen ydelse: patienten udeblev</translation>
    </message>
    <message>
        <source>No fee: no consultation was held</source>
        <translation>Ingen ydelse: der blev ikke holdt en konsultation</translation>
    </message>
    <message>
        <source>No fee code is in force that day</source>
        <translation>Ingen ydelseskode gælder den dag</translation>
    </message>
    <message>
        <source>Video now</source>
        <translation>Video nu</translation>
    </message>
    <message>
        <source>Video appointment</source>
        <translation>Videoaftale</translation>
    </message>
    <message>
        <source>Not booked</source>
        <translation>Ikke booket</translation>
    </message>
    <message>
        <source>has not opened the link</source>
        <translation>har ikke åbnet linket</translation>
    </message>
    <message>
        <source>Devices tried</source>
        <translation>Udstyr prøvet</translation>
    </message>
    <message>
        <source>saved here {time}</source>
        <translation>gemt her {time}</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>venter</translation>
    </message>
    <message>
        <source>waits since {time}</source>
        <translation>venter siden {time}</translation>
    </message>
    <message>
        <source>sent {time}</source>
        <translation>sendt {time}</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bekræftet</translation>
    </message>
    <message>
        <source>confirmed {time}</source>
        <translation>bekræftet {time}</translation>
    </message>
    <message>
        <source>conflict since {time}</source>
        <translation>konflikt siden {time}</translation>
    </message>
    <message>
        <source>Devices tried {time}</source>
        <translation>Udstyr prøvet {time}</translation>
    </message>
    <message>
        <source>Conflict</source>
        <translation>Konflikt</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>Mangler afslutning</translation>
    </message>
</context>
</TS>
