package world

// Tables of the generator. They are read, never written.
var (
	firstNames = []string{"Ada", "Zoë", "Jürgen", "Aylin", "Mateo", "Siân", "Łukasz", "Amélie", "Bjørn", "Chloé", "Đorđe", "Élodie",
		"Fatima", "Günther", "Hana", "Ingrid", "José", "Kofi", "Léa", "Milan", "Noor", "Oğuz", "Priya", "Quinn", "Renée", "Søren",
		"Tomáš", "Ulrike", "Valentina", "Wen", "Xavier", "Yuki", "Zsófia", "O'Neil", "Mary-Jane", "Иван", "Ελένη", "美咲", "도윤", "سارة"}
	lastNames = []string{"Lovelace", "Müller", "García", "Öztürk", "Nowak", "Dubois", "Hansen", "Šimić", "Rossi", "O'Brien", "van Dijk",
		"Nguyễn", "Kowalczyk", "Fernández", "Schröder", "Ångström", "Petrović", "Ferreira", "Bauer-Keller", "Çelik", "Hernández",
		"Jónsdóttir", "Kim", "Lefèvre", "Mbeki", "Novák", "Okafor", "Papadopoulos", "Quispe", "Ruiz", "Santos", "Tanaka", "Ueda",
		"Weiß", "Yılmaz", "Zürcher", "Петров", "佐藤", "de la Cruz", "Smith"}
	companies = []string{"", "", "", "Alpenblick AG", "Café Zürich", "Nordlicht GmbH", "Smith & Sons", "Übersee Handel", "株式会社ひかり",
		"Studio 54 <Design>", "Łódź Logistics"}
	streets   = []string{"Bahnhofstrasse 12", "Rue de l'Église 4", "Calle Mayor 7, 2º B", "Großer Weg 99", "12 High Street", ""}
	cities    = []string{"Zürich", "Genève", "Málaga", "Köln", "Leeds", "Łódź", "São Paulo", ""}
	countries = []string{"CH", "CH", "DE", "ES", "GB", "US", ""}
	tagNames  = []string{"VIP", "Lead", "customer", "Newsletter", "zürich", "ÜBERFÄLLIG", "webinar 2026", "🔥 hot", "Partner", "do-not-call"}

	taskTitles = []string{"Call back", "Send the offer", "Prepare the contract", "Ask about the renewal", "Book the room",
		"Check the invoice", "Follow up on the demo", "Rückruf vereinbaren", "Envoyer le devis", "📞 Ring before noon",
		"Review documents & sign", "Update the address", "Plan the kick-off 🚀", "Collect feedback", "Say thank you"}
	taskBodies = []string{"", "", "Ask for the budget.\nThen propose two dates.", "<p>Ask for the <b>budget</b>.</p><p>Then propose two dates.</p>",
		"<p>Agenda:</p><ul><li>Prices &amp; terms</li><li>Delivery</li></ul>", "Prefers mail &amp; no calls",
		"<div>See <a href=\"https://example.com/offer?id=7&amp;v=2\">the offer</a><br><br>Grüße</div>",
		"Line with trailing space  \r\nand a second line\r\n", "5 < 6, und \"Anführungszeichen\" 👍"}
	noteBodies = []string{"Met at the fair, wants a quote.", "<p>Spoke with <b>both</b> partners.</p><p><br></p><p>Decision next week.</p>",
		"<p>Lieferung bis Freitag – <i>dringend</i>!</p>", "Left a voicemail 📞", "<ol><li>Sent brochure</li><li>Called twice</li></ol>",
		"Budget: 10'000 CHF\nTimeline: Q1", "<p>&quot;We love it&quot;, she said &amp; smiled.</p>", "ไม่มีปัญหา – all good"}
	meetings = []string{"Intro call", "Demo", "Beratung", "Follow-up meeting", "Site visit", "Contract signing ✍️", ""}
	places   = []string{"", "Zoom", "Office, 2nd floor", "Bahnhofstrasse 12, 8001 Zürich", "Telefon"}
	statuses = []string{"confirmed", "confirmed", "confirmed", "new", "showed", "noshow", "cancelled", "invalid", "showed", "confirmed"}
)
